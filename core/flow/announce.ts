/** Publishing as the validate loop sees it: begins with it, ends with it, and says on chain once an epoch how far it has come. @module */
import type { SubnetFacts } from "../port/chain.ts";
import type { IndexOwner } from "../record/index_head.ts";
import { isSameEnd, type ValidatorStatement } from "../record/validator_statement.ts";
import type { ValidateDeps } from "./deps.ts";
import { Publisher } from "./publish.ts";
import { commitEpoch, standingStatement } from "./statement.ts";
import type { ToState } from "./settling.ts";

/** How long an epoch's own object may take before the head is committed without it, in milliseconds. */
const COMMIT_WAIT_MS = 5_000;

/** A publisher and what is said of it on chain. */
export class Announcer {
  readonly #deps: ValidateDeps;
  readonly #publisher: Publisher;
  readonly #validator: string;
  readonly #end: string;
  readonly #url: string | null;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #committing: Promise<void> = Promise.resolve();

  constructor(deps: ValidateDeps, publisher: Publisher, who: { validator: string; end: string; url: string | null }) {
    this.#deps = deps;
    this.#publisher = publisher;
    this.#validator = who.validator;
    this.#end = who.end;
    this.#url = who.url;
  }

  /** What is committed beside the end of the salt chain. */
  get published(): Omit<ValidatorStatement, "end"> {
    return { head: this.#publisher.head, url: this.#url, read: null };
  }

  /** Begins to work beside the loop. */
  start(): void {
    this.#running = this.#publisher.run(this.#stop.signal);
  }

  /** A window may have been closed. */
  wake(): void {
    this.#publisher.wake();
  }

  /** What an epoch has to say is known: its object is put up, and then all is said on chain, once. */
  state(signal: AbortSignal, stated: ToState): void {
    this.#committing = this.#committing.then(() => this.#commit(signal, stated));
  }

  async #commit(signal: AbortSignal, { block, read }: ToState): Promise<void> {
    await this.#publisher.settle(COMMIT_WAIT_MS);
    const { head } = this.#publisher;
    if ((head === null && read === null) || signal.aborted) return;
    const statement = { end: this.#end, head, url: this.#url, read };
    await commitEpoch(this.#deps, { hotkey: this.#validator, block, statement }, signal);
  }

  /** A last attempt of at most so long; what is not up then is put up after the next start. */
  async finish(ms: number): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const over = new AbortController();
    const work = this.#publisher.settle(ms).then(() => this.#committing);
    await Promise.race([work, this.#deps.clock.sleep(ms, over.signal).catch(() => {})]);
    over.abort();
    this.#stop.abort();
    await this.#running;
  }
}

/**
 * Opens publishing where there is a bucket, else null. Also null, with an error in the log, where the chain names an index that this
 * journal does not know: it is an older copy, and to go on from it would publish a second history.
 */
export async function openAnnouncer(
  deps: ValidateDeps,
  owner: IndexOwner,
  { facts, end }: { facts: SubnetFacts; end: string },
): Promise<Announcer | null> {
  const { publishing, store } = deps;
  if (!publishing) return null;
  const standing = standingStatement(facts, owner.validator);
  if (
    standing !== null && isSameEnd(standing.end, end) && standing.head !== null && !await store.hasPage(standing.head)
  ) {
    const failing =
      `The chain names index ${standing.head} of this validator, which its journal does not know: the journal is an ` +
      "older copy, and nothing more is published from it; put the newer one back, or start a new journal";
    deps.log("error", failing);
    deps.onEvent({ type: "published", head: null, entries: 0, waiting: 0, failing });
    return null;
  }
  const publisher = await Publisher.open(deps, publishing, owner);
  return new Announcer(deps, publisher, { validator: owner.validator, end, url: publishing.url });
}
