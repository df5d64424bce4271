/** Two whole validators on one chain, each with a bucket on a real S3 server: they count each other's rounds and set the same weights. @module */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { sleep } from "../core/base/time.ts";
import type { EpochInput, State } from "../core/mechanism/types.ts";
import { type Member, withPoolNetwork } from "./pool_network.ts";
import { missing, note } from "./s3_server.ts";

/** Longest time until something happens that takes some epochs of 18 s, on a machine that has much else to do. */
const PATIENCE_MS = 600_000;

function stateOf(member: Member): State | null {
  const output = member.epochs().at(-1)?.output;
  return output === undefined ? null : (JSON.parse(output) as { state: State }).state;
}

async function until(holds: () => boolean, members: readonly Member[]): Promise<void> {
  for (let waited = 0; !holds(); waited += 500) {
    if (waited > PATIENCE_MS) throw new Error(members.map(({ log }) => log.slice(-3000)).join("\n---\n"));
    await sleep(500);
  }
}

/** What each epoch came to, for epochs that all have. */
function common(members: readonly Member[]): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const member of members) {
    for (const { epoch, output } of member.epochs()) found.set(epoch, [...found.get(epoch) ?? [], output]);
  }
  return new Map([...found].filter(([, outputs]) => outputs.length === members.length));
}

/** Weights that it read back from the chain, by epoch. */
function weightsOf(member: Member): Map<number, string> {
  return new Map([...member.log.matchAll(/epoch (\d+): weights (\[\[.*?\]\]) read back/g)].map((line) => [
    Number(line[1]),
    line[2]!,
  ]));
}

/** Epochs whose weights all of them have read back. */
function paidBy(members: readonly Member[]): number[] {
  const [first, ...rest] = members.map(weightsOf);
  return [...first!.keys()].filter((epoch) => rest.every((weights) => weights.has(epoch)));
}

Deno.test({
  name: `two validators pool over a real S3 server: same epochs to the byte, same weights, also after kill -9${note}`,
  ignore: missing !== null,
  async fn() {
    await withPoolNetwork({ validators: 2, blockMs: 300, tempo: 59 }, async ({ members }) => {
      const [one, two] = members as [Member, Member];
      for (const member of members) member.start();
      // Both count rounds of both.
      await until(
        () => Object.values(stateOf(one)?.nextRound ?? {}).filter((count) => count > 0).length === 2,
        members,
      );
      await two.stop("SIGKILL");
      two.start();
      await until(() => members.every((member) => (stateOf(member)?.reign ?? 0) >= 2), members);
      const reigned = Math.max(...members.map((member) => stateOf(member)!.epoch));
      // The one that was killed may miss the epoch of the crown; the weights of one that comes then are those of the same champion.
      await until(() => paidBy(members).some((epoch) => epoch >= reigned), members);
      for (const member of members) await member.stop();

      const epochs = common(members);
      ok(epochs.size >= 5, [...epochs.keys()].join());
      for (const [epoch, [mine, theirs]] of epochs) equal(mine, theirs, `Epoch ${epoch}`);
      const [left, right] = members.map(weightsOf) as [Map<number, string>, Map<number, string>];
      const both = paidBy(members);
      deepEqual(both.map((epoch) => left.get(epoch)), both.map((epoch) => right.get(epoch)));
      const input = JSON.parse(one.epochs().at(-1)!.input) as EpochInput;
      deepEqual(
        input.validators.map(({ validator }) => validator).sort(),
        members.map(({ address }) => address).sort(),
      );
      for (const { log } of members) {
        match(log, /2 of 2 validators count: uid \d+ to round \d+, uid \d+ to round \d+/);
        match(log, /CROWNED/);
      }
    });
  },
});
