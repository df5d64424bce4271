/**
 * A process for tests: opens the journal of a folder and appends rounds until it is killed, printing the number of each one that is durable.
 * `deno run --unstable-worker-options core/store/testing_writer.ts FOLDER`, or with `hold` after it: opens the journal and waits.
 * @module
 */
import { testRecord } from "../record/testing.ts";
import { openStore } from "./client.ts";

const [directory = "", mode] = Deno.args;
const identity = { genesis: "0xab", netuid: 120, validator: "5Validator", parameters: "p" };
const { store } = await openStore({ directory });
await store.open(identity);
const say = (line: string) => void Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));
if (mode === "hold") {
  say("open");
  await new Promise(() => {});
}
for (let round = await store.nextRound();; round++) {
  const contenders = ["5Alice@1", "5Bob@2", "5Carol@3"];
  const window = Math.floor(round / 4);
  await store.putRound({ round, window, state: "open", champion: "5Alice@1", offered: contenders, shown: contenders });
  await store.append(
    contenders.flatMap((contender) =>
      ["logic", "math"].map((env) =>
        testRecord("5Validator", { round, window, contender, env, answer: "x".repeat(1500) })
      )
    ),
  );
  await store.putRound({
    round,
    window,
    state: "complete",
    champion: "5Alice@1",
    offered: contenders,
    shown: contenders,
  });
  say(String(round));
}
