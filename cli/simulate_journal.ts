/** `af simulate --from JOURNAL`: recorded rounds under other parameters. @module */
import { resolve } from "node:path";
import { ConfigError, StoreError } from "../core/base/errors.ts";
import { LOCAL, type Parameters, STANDARD } from "../core/mechanism/parameters.ts";
import { type Replay, type ReplayedEpoch, replayEpochs } from "../core/sim/replay.ts";
import type { Context } from "./command.ts";
import { logText } from "./logging.ts";
import { openJournal } from "./wire.ts";

/** Replays a journal and prints what would have been different. */
export async function simulateJournal(context: Context, path: string, changes: Partial<Parameters>): Promise<number> {
  const { log, print, progress, signal } = context;
  const journal = await openJournal(resolve(path), {
    onLog: (room, line) => logText(log.getChild(room), line.level, line.text),
  });
  try {
    const { store, identity } = journal;
    const total = (await store.epochs(0)).length;
    if (total === 0) throw new StoreError(`The journal ${path} has no settled epoch yet`, { code: "empty" });
    using bar = progress("Replaying", { unit: "epochs" });
    const settle = (parameters: Parameters) =>
      replayEpochs(store, { validator: identity.validator, parameters, signal, onEpoch: () => bar.step() });
    const recorded = await recordedParameters(settle);
    const replay = await settle({ ...recorded, ...changes });
    bar.done();
    print.answer(textOf(replay, recorded, changes), { profile: recorded.profile, changes, ...replay });
    return 0;
  } finally {
    journal.close();
  }
}

/**
 * The parameters that a journal was settled with: it has only their digest, so those that bring its very decisions again.
 * @throws {ConfigError} if no parameters that this version knows do.
 */
async function recordedParameters(settle: (parameters: Parameters) => Promise<Replay>): Promise<Parameters> {
  for (const parameters of [STANDARD, LOCAL]) {
    const { exact, foreign } = await settle(parameters);
    // Where other validators' rounds counted, nobody can tell by this journal alone.
    if (exact || foreign > 0) return parameters;
  }
  throw new ConfigError(
    "The journal was settled by other rules or parameters than this version of af has; replay it with the version that wrote it",
    { code: "foreign" },
  );
}

/** What a replay found, for people. */
export function textOf(replay: Replay, recorded: Parameters, changes: Partial<Parameters>): string {
  const { epochs, differsAt, unanswerableFrom, foreign } = replay;
  const first = epochs[0]!, last = epochs.at(-1)!;
  const changed = Object.entries(changes).map(([name, value]) => `${name}=${String(value)}`).join(", ");
  const lines = [
    `Epochs ${first.epoch} to ${last.epoch}, ${last.nextRound} rounds, profile ${recorded.profile}, ` +
    (changed === "" ? "parameters as recorded" : `with ${changed}`),
  ];
  const shown = epochs.filter(interesting);
  for (const epoch of shown) lines.push(line(epoch));
  lines.push(
    differsAt === null
      ? "Every epoch is decided as it was recorded"
      : `Epoch ${differsAt} is the first that is decided otherwise`,
  );
  const late = epochs.find(({ unasked }) => unasked.length > 0);
  if (late) {
    lines.push(
      `Cannot be replayed: from epoch ${late.epoch} on ${
        late.unasked.join(", ")
      } would still be in a duel that had ended in the record, ` +
        "and was asked nothing any more; such a duel stands still",
    );
  }
  if (unanswerableFrom !== null) {
    lines.push(
      `Cannot be replayed: from epoch ${unanswerableFrom} on the rounds were asked against another champion; ` +
        "what is shown after it counts no round and says nothing",
    );
  }
  if (foreign > 0) {
    lines.push(
      `Cannot be replayed: in ${foreign} epochs rounds of other validators counted, which this journal does not hold`,
    );
  }
  return lines.join("\n");
}

function interesting({ recorded, replayed, answerable }: ReplayedEpoch): boolean {
  return answerable &&
    (recorded.crowned !== null || replayed.crowned !== null || recorded.champion !== replayed.champion);
}

function line({ epoch, nextRound, recorded, replayed }: ReplayedEpoch): string {
  const says = (crowned: string | null) => crowned === null ? "nobody is crowned" : `${crowned} is crowned`;
  const now = recorded.crowned === replayed.crowned ? "the same" : says(replayed.crowned);
  return `Epoch ${epoch} (${nextRound} rounds): recorded: ${says(recorded.crowned)}; replayed: ${now}`;
}
