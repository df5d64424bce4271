/**
 * Several validators on one embedded network, for people: prints what each settled, and whether they agree.
 * `deno run -A tests/pool_network_main.ts [VALIDATORS] [EPOCHS] [BLOCK_MS] [programs]`
 * @module
 */
import { sha256Hex } from "../core/base/hash.ts";
import { sleep } from "../core/base/time.ts";
import type { EpochReport, State } from "../core/mechanism/types.ts";
import { engineDigest } from "./engine.ts";
import { withPoolNetwork } from "./pool_network.ts";

const [validators = 2, epochs = 8, blockMs = 300] = Deno.args.map(Number);
const engine = Deno.args.includes("programs") ? engineDigest() : null;
await withPoolNetwork({ validators, blockMs, tempo: 59, engine }, async ({ members }) => {
  for (const member of members) member.start({ epochs, parallel: 3 });
  const seen = new Set<string>();
  const show = () => {
    for (const member of members) {
      for (const { epoch, output } of member.epochs()) {
        if (seen.has(`${member.index} ${epoch}`)) continue;
        seen.add(`${member.index} ${epoch}`);
        const { state, report } = JSON.parse(output) as { state: State; report: EpochReport };
        const rounds = members.map(({ address }) => state.nextRound[address] ?? "-").join("/");
        console.log(
          `v${member.index} epoch ${epoch} ${sha256Hex(output).slice(0, 12)} reign ${state.reign} ${report.throne} ` +
            `uid ${report.payeeUid} rounds ${rounds}`,
        );
      }
    }
  };
  const all = Promise.all(members.map((member) => member.ended()));
  let done = false;
  all.finally(() => done = true);
  while (!done) {
    await sleep(1000);
    show();
  }
  console.log(`exit codes ${(await all).join(" ")}`);
  for (const { log, index } of members) {
    await Deno.writeTextFile(`${Deno.env.get("TMPDIR") ?? "/tmp"}/pool-v${index}.log`, log);
  }
});
