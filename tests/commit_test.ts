/** What a validator that publishes says on chain, on a chain that the test moves by hand and a bucket in memory. @module */
import { deepEqual, equal, ok } from "node:assert/strict";
import { ChainError } from "../core/base/errors.ts";
import { fromHex } from "../core/base/bytes.ts";
import { sendSigned } from "../core/flow/send.ts";
import { validate } from "../core/flow/validate.ts";
import type { Bucket } from "../core/port/bucket.ts";
import type { SignedCall } from "../core/port/signer.ts";
import { parseCommitment } from "../core/record/commitment.ts";
import type { ValidatorStatement } from "../core/record/validator_statement.ts";
import { type Scene, turns, until, withScene } from "./flow_scene.ts";
import { memoryBucket } from "./scene_parts.ts";

const URL = "https://records.example.org/af";

interface Told {
  readonly statements: ValidatorStatement[];
  /** Refuses the next commitments. */
  refuse: boolean;
}

/** Runs a validator that publishes until `work` is over; notes what it commits. */
async function publishing(
  scene: Scene,
  bucket: Bucket,
  work: (told: Told) => Promise<void>,
): Promise<void> {
  const deps = scene.deps();
  const told: Told = { statements: [], refuse: false };
  let last: SignedCall | null = null;
  const stop = new AbortController();
  const end = validate({
    ...deps,
    publishing: { bucket, url: URL },
    signer: { ...deps.signer, extrinsic: (call, context) => (last = call, deps.signer.extrinsic(call, context)) },
    chain: {
      ...deps.chain,
      submit(extrinsic) {
        if (last?.call !== "set_commitment") return deps.chain.submit(extrinsic);
        if (told.refuse) {
          return Promise.reject(new ChainError("Too soon", { code: "CommitmentSetRateLimitExceeded" }));
        }
        const parsed = parseCommitment(fromHex(last.data));
        ok(parsed.kind === "validator");
        const { end, head, url, read } = parsed;
        told.statements.push({ end, head, url, read });
        return deps.chain.submit(extrinsic);
      },
    },
  }, { signal: stop.signal }).finally(() => deps.store.close());
  end.catch(() => {});
  try {
    await Promise.race([end, until(() => scene.epochs.length > 0)]);
    await work(told);
  } finally {
    stop.abort();
    await end;
  }
}

/** Moves the chain to the next epoch (40 blocks) and waits until it is settled and everything is up. */
async function nextEpoch(scene: Scene, from: number): Promise<number> {
  const settled = scene.epochs.length;
  for (let block = from + 20; block <= from + 40; block += 20) {
    scene.moveTo(block);
    await until(() => {
      const asked = scene.rounds.filter((round) => round.window === block / 20);
      return asked.length === 4 && asked.every((round) => round.state !== "open");
    });
  }
  await until(() => scene.epochs.length > settled && scene.journal.indexState().waiting === 0);
  await turns(50);
  return from + 40;
}

Deno.test("validate commits the end first, then end, head and address, once an epoch, and again after a refusal", async () => {
  await withScene({ head: 100, miners: ["one", "two"] }, async (scene) => {
    await publishing(scene, memoryBucket(), async (told) => {
      deepEqual(told.statements[0], { end: told.statements[0]!.end, head: null, url: URL, read: null });
      let block = await nextEpoch(scene, 100);
      block = await nextEpoch(scene, block);
      const count = told.statements.length;
      ok(count >= 2 && count <= 1 + scene.epochs.length, `${count} commitments`);
      const heads = told.statements.slice(1).map(({ head }) => head);
      equal(new Set(heads).size, heads.length);
      ok(told.statements.every(({ end, url }) => end === told.statements[0]!.end && url === URL));
      ok(heads.every((head) => head !== null && scene.journal.hasPage(head)));
      told.refuse = true;
      block = await nextEpoch(scene, block);
      equal(told.statements.length, count);
      ok(
        scene.log.some((line) => /warning The head of the index was not committed on chain; the next epoch/.test(line)),
      );
      told.refuse = false;
      await nextEpoch(scene, block);
      equal(told.statements.length, count + 1);
    });
  });
});

Deno.test("validate publishes nothing from a journal that does not know the index on chain, and goes on", async () => {
  await withScene({ head: 100, miners: ["one", "two"] }, async (scene) => {
    const bucket = memoryBucket();
    await publishing(scene, bucket, async (told) => {
      let block = await nextEpoch(scene, 100);
      block = await nextEpoch(scene, block);
      ok(told.statements.length > 1);
    });
    // As if a backup had been put back: the rows of what was published are gone.
    const { DatabaseSync } = await import("node:sqlite");
    const db = new DatabaseSync(`${scene.directory}/journal.db`);
    db.exec("DROP TABLE index_entries; DROP TABLE index_pages");
    db.close();
    const before = bucket.objects.size;
    scene.log.length = 0;
    await publishing(scene, bucket, async (told) => {
      await until(() => scene.log.some((line) => /^error The chain names index .* older copy/.test(line)));
      scene.moveTo(200);
      await until(() => scene.rounds.some((round) => round.window === 10 && round.state !== "open"));
      equal(told.statements.length, 0);
    });
    equal(bucket.objects.size, before);
  });
});

Deno.test("sendSigned() sends one extrinsic of a hotkey at a time, whoever gives up in between", async () => {
  await withScene({ head: 100, miners: [] }, async (scene) => {
    const deps = scene.deps();
    let under = 0;
    let most = 0;
    const gates: PromiseWithResolvers<void>[] = [];
    const chain = {
      ...deps.chain,
      async submit(extrinsic: string) {
        most = Math.max(most, ++under);
        const gate = Promise.withResolvers<void>();
        gates.push(gate);
        await gate.promise;
        under--;
        return await deps.chain.submit(extrinsic);
      },
    };
    const call = { call: "set_commitment", netuid: 0, data: "00" } as const;
    const gone = new AbortController();
    const stay = new AbortController().signal;
    const sent = [stay, gone.signal, stay].map((signal) => sendSigned({ ...deps, chain }, call, signal));
    sent[1]!.catch(() => {});
    await turns(5);
    gone.abort(new Error("gone"));
    await turns(5);
    equal(gates.length, 1);
    gates[0]!.resolve();
    await sent[0];
    await until(() => gates.length === 2);
    gates[1]!.resolve();
    await sent[2];
    equal(await sent[1]!.catch((error) => error.message), "gone");
    equal(most, 1);
  });
});

Deno.test("sendSigned() lets another extrinsic of the hotkey go while one that was refused pauses", async () => {
  await withScene({ head: 100, miners: [] }, async (scene) => {
    const deps = scene.deps();
    const pause = Promise.withResolvers<void>();
    const sent: string[] = [];
    let last = "";
    const signer = {
      ...deps.signer,
      extrinsic: (call: SignedCall, context: Parameters<typeof deps.signer.extrinsic>[1]) => {
        last = call.call;
        return deps.signer.extrinsic(call, context);
      },
    };
    const chain = {
      ...deps.chain,
      submit(extrinsic: string) {
        sent.push(last);
        if (sent.length === 1) {
          return Promise.reject(new ChainError("Too soon", { code: "SettingWeightsTooFast", retryable: true }));
        }
        return deps.chain.submit(extrinsic);
      },
    };
    const clock = { ...deps.clock, sleep: () => pause.promise };
    const { signal } = new AbortController();
    const ports = { ...deps, chain, signer, clock };
    const weights = sendSigned(ports, { call: "set_weights", netuid: 0, uids: [], weights: [], versionKey: 0 }, signal);
    await until(() => sent.length === 1);
    await sendSigned(ports, { call: "set_commitment", netuid: 0, data: "00" }, signal);
    pause.resolve();
    await weights;
    deepEqual(sent, ["set_weights", "set_commitment", "set_weights"]);
  });
});
