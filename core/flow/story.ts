/** The history of one place in the subnet, from the journal: who held it, its commits, its duels epoch by epoch, why it won or waits. @module */
import type { Contender, Duel, DuelValues, EpochInput, EpochReport, State } from "../mechanism/types.ts";
import type { EpochRow, Store } from "../port/store.ts";

/** Epochs that are read at once. */
const CHUNK = 128;

/** Where a contender stood in an epoch: on the throne, dark and away, in a duel of this state, or in none. */
export type StoryStanding = "champion" | "away" | Duel["state"] | "none";

/** One epoch of a contender. */
export interface StoryEpoch {
  readonly epoch: number;
  readonly block: number;
  readonly standing: StoryStanding;
  /** Champion after the epoch. */
  readonly champion: string | null;
  /** Rounds that count in its duel; null without one. */
  readonly rounds: number | null;
  /** Evidence and what is needed, in nats; null without a duel. */
  readonly values: DuelValues | null;
  readonly crowned: boolean;
  readonly paid: boolean;
  /** Why it stands there: one sentence. */
  readonly reason: string;
}

/** A contender: one commit of a hotkey that held the place. */
export interface Story {
  readonly id: string;
  readonly hotkey: string;
  readonly model: string;
  readonly revision: string;
  readonly commitBlock: number;
  readonly extrinsicIndex: number | null;
  /** Epoch that listed it first. */
  readonly firstEpoch: number;
  /** Epochs in which it was listed, in order. */
  readonly epochs: readonly StoryEpoch[];
}

/** Everybody who held a uid, in the order in which they came; empty where the journal never saw it. */
export async function readStories(store: Store, uid: number): Promise<Story[]> {
  const stories = new Map<string, Story & { readonly epochs: StoryEpoch[] }>();
  for (let from = 0;;) {
    const rows = await store.epochs(from, CHUNK);
    for (const row of rows) addEpoch(stories, uid, row);
    if (rows.length < CHUNK) return [...stories.values()];
    from = rows.at(-1)!.epoch + 1;
  }
}

function addEpoch(stories: Map<string, Story & { readonly epochs: StoryEpoch[] }>, uid: number, row: EpochRow): void {
  const { contenders } = JSON.parse(row.input) as EpochInput;
  const held = contenders.filter((one) => one.uid === uid);
  if (held.length === 0) return;
  const decided = JSON.parse(row.output) as { state: State; report: EpochReport };
  for (const contender of held) {
    const story = stories.get(contender.id) ?? begin(contender, row.epoch);
    stories.set(contender.id, story);
    story.epochs.push(epochOf(contender, row, decided));
  }
}

function begin(contender: Contender, firstEpoch: number): Story & { readonly epochs: StoryEpoch[] } {
  const { id, hotkey, model, revision, commitBlock, extrinsicIndex } = contender;
  return { id, hotkey, model, revision, commitBlock, extrinsicIndex, firstEpoch, epochs: [] };
}

function epochOf(
  { id, uid, reason }: Contender,
  { epoch, block }: EpochRow,
  { state, report }: { readonly state: State; readonly report: EpochReport },
): StoryEpoch {
  // As it was decided: a crowning empties the duels of the state.
  const duel = report.duels.find(({ contender }) => contender === id) ??
    state.duels.find(({ contender }) => contender === id);
  const standing = id === state.champion
    ? "champion"
    : state.away?.some(({ champion }) => champion === id)
    ? "away"
    : duel?.state ?? "none";
  return {
    epoch,
    block,
    standing,
    champion: state.champion,
    rounds: duel ? duel.counts[0]?.n ?? 0 : null,
    values: duel?.values ?? null,
    crowned: report.crowned === id,
    paid: report.payee ? report.payee === id : report.payeeUid === uid,
    reason: report.explain[id] ?? reason,
  };
}

/**
 * The epochs that tell the story: the first and the last, every one in which something changed, and of the others evenly as many as
 * there is room for.
 */
export function tellingEpochs(epochs: readonly StoryEpoch[], most: number): readonly StoryEpoch[] {
  const isTelling = epochs.map((one, i) => {
    const before = epochs[i - 1];
    return i === 0 || i === epochs.length - 1 || one.crowned || one.standing !== before!.standing ||
      one.paid !== before!.paid || one.champion !== before!.champion;
  });
  const room = Math.max(0, most - isTelling.filter(Boolean).length);
  const step = Math.ceil(epochs.length / Math.max(1, room));
  return epochs.filter((_, i) => isTelling[i] || (room > 0 && i % step === 0));
}
