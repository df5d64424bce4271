/** `af rank --explain UID`: the history of a place in the subnet, for people and programs. @module */
import { type Story, type StoryEpoch, tellingEpochs } from "../core/flow/story.ts";
import type { Column, Print } from "./print.ts";
import { withUids } from "./standing.ts";
import { clean } from "./width.ts";

/** Rows of the table of one contender. */
const MOST_ROWS = 40;

/** Prints who held a uid and how each of them fared. `names` turns ids into uids in sentences. */
export function printStories(
  print: Print,
  uid: number,
  stories: readonly Story[],
  names: readonly { readonly id: string; readonly uid: number }[],
): void {
  if (print.json) return print.data({ uid, stories });
  if (stories.length === 0) return print.text(`No epoch of this journal lists a contender with uid ${uid}`);
  for (const [i, story] of stories.entries()) {
    const { hotkey, model, revision, commitBlock, extrinsicIndex, firstEpoch, epochs } = story;
    const place = extrinsicIndex === null ? "" : `, extrinsic ${extrinsicIndex}`;
    const commit = `Committed in block ${commitBlock}${place}; in epoch ${firstEpoch} for the first time`;
    const head = [
      clean(`uid ${uid}: ${model || "(invalid commitment)"} ${revision.slice(0, 12)}, hotkey ${hotkey}`),
      commit,
    ];
    print.text(`${i > 0 ? "\n" : ""}${head.join("\n")}`);
    const rows = tellingEpochs(epochs, MOST_ROWS);
    print.table(COLUMNS, rows);
    const left = epochs.length - rows.length;
    const lines = left > 0 ? [`${left} epochs in which nothing changed are left out; --json has all`] : [];
    for (const turn of turns(epochs)) lines.push(clean(`Epoch ${turn.epoch}: ${withUids(turn.reason, names)}`));
    print.text(lines.join("\n"));
  }
}

/** Epochs whose sentence says something new: a standing that begins, and the last one. */
function turns(epochs: readonly StoryEpoch[]): StoryEpoch[] {
  return epochs.filter((one, i) =>
    i === epochs.length - 1 || one.crowned || one.standing !== epochs[i + 1]!.standing || one.standing === "waiting" &&
      epochs[i - 1]?.standing !== "waiting"
  );
}

const COLUMNS: readonly Column<StoryEpoch>[] = [
  { title: "EPOCH", cell: (one) => String(one.epoch), align: "right" },
  { title: "BLOCK", cell: (one) => String(one.block), align: "right" },
  { title: "STANDING", cell: (one) => one.crowned ? "crowned" : one.standing },
  { title: "ROUNDS", cell: (one) => one.rounds === null ? "-" : String(one.rounds), align: "right" },
  { title: "SUPERIOR", cell: ({ values }) => values ? nats(values.sup, values.supNeeded) : "-", align: "right" },
  { title: "NOT WORSE", cell: ({ values }) => values ? nats(values.ni, values.niNeeded) : "-", align: "right" },
  { title: "GAIN", cell: ({ values }) => values ? nats(values.gain, values.gainNeeded) : "-", align: "right" },
  { title: "PAID", cell: (one) => one.paid ? "1" : "0", align: "right" },
];

/** Evidence of what is needed, in nats. */
function nats(value: number, needed: number): string {
  return `${value.toFixed(2)}/${needed.toFixed(2)}`;
}
