/**
 * Publishing beside the loop: what the journal has closed goes to the bucket, in order, and the index after it. Nothing here may stop
 * or slow validating: every failure is logged and tried again, and what is not up yet simply waits in the journal.
 * @module
 */
import { AfError, errorText } from "../base/errors.ts";
import type { Bucket, IndexEntry } from "../port/bucket.ts";
import type { IndexState, PageRow } from "../port/store.ts";
import { batchDigest } from "../record/batch.ts";
import { batchLines, epochDigest, epochLines } from "../record/content.ts";
import { indexEnd, type IndexOwner, makeIndexHead, nameOf, NO_PAGE, PAGE_ENTRIES } from "../record/index_head.ts";
import { pageLines } from "../record/page.ts";
import type { ValidateDeps } from "./deps.ts";
import { parked } from "../base/park.ts";

/** Where a validator publishes. */
export interface Publishing {
  readonly bucket: Bucket;
  /** Public address of the objects, `<url>/objects/<hash>`, as it is committed on chain; null = it is not said. */
  readonly url: string | null;
  /** Pause between two looks at objects that are up already, in milliseconds. @default {60000} */
  readonly inspectMs?: number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** The same failure is said again after this time. */
const REMIND_MS = 600_000;

type PublisherDeps = Pick<ValidateDeps, "store" | "signer" | "clock" | "log" | "onEvent">;

/** Brings the journal's batches and epochs into the bucket. */
export class Publisher {
  readonly #deps: PublisherDeps;
  readonly #bucket: Bucket;
  readonly #owner: IndexOwner;
  readonly #inspectMs: number;
  #page: PageRow | null;
  #wake: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Ends the pause after a failure. */
  #hurry = new AbortController();
  #idle: PromiseWithResolvers<void> = Promise.withResolvers();
  #failures = 0;
  #failing: { readonly code: string; readonly text: string; readonly since: number } | null = null;
  /** Next entry whose object is looked at again. */
  #cursor = 0;
  #inspectAt = 0;

  private constructor(deps: PublisherDeps, publishing: Publishing, owner: IndexOwner, page: PageRow | null) {
    this.#deps = deps;
    this.#bucket = publishing.bucket;
    this.#inspectMs = publishing.inspectMs ?? 60_000;
    this.#owner = owner;
    this.#page = page;
  }

  /** A publisher that goes on where the journal says; it does nothing before {@linkcode run}. */
  static async open(deps: PublisherDeps, publishing: Publishing, owner: IndexOwner): Promise<Publisher> {
    return new Publisher(deps, publishing, owner, await deps.store.lastPage());
  }

  /** Hash of the newest index page that is up; null before the first. */
  get head(): string | null {
    return this.#page?.hash ?? null;
  }

  /** There may be something new in the journal. */
  wake(): void {
    this.#wake.resolve();
  }

  /** Ends when everything in the journal is up, or after `ms`; a pause after a failure is cut short. True if everything is up. */
  async settle(ms: number): Promise<boolean> {
    const over = new AbortController();
    this.#idle = Promise.withResolvers();
    this.#hurry.abort();
    this.wake();
    const late = this.#deps.clock.sleep(ms, over.signal).then(() => false, () => false);
    const done = await Promise.race([this.#idle.promise.then(() => true), late]);
    over.abort();
    return done;
  }

  /** Works until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers();
      try {
        await this.#catchUp(signal);
        if (clock.now() >= this.#inspectAt) await this.#inspect(signal);
        this.#recovered();
        this.#idle.resolve();
        const pause = new AbortController();
        const due = clock.sleep(Math.max(0, this.#inspectAt - clock.now()), AbortSignal.any([signal, pause.signal]));
        await Promise.race([this.#wake.promise, due.catch(() => {})]);
        pause.abort();
      } catch (error) {
        if (signal.aborted) return;
        const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.#failures++, 10));
        await this.#failed(error, pause);
        this.#hurry = new AbortController();
        await clock.sleep(pause, AbortSignal.any([signal, this.#hurry.signal])).catch(() => {});
      }
    }
  }

  /** Puts up everything that the journal has closed, then the newest page. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    for (;;) {
      const state = await this.#deps.store.indexState();
      const written = this.#page === null ? 0 : indexEnd(this.#page.head);
      // A full page comes before the first entry of the next one, the newest page when nothing waits any more.
      const isFull = state.entries % PAGE_ENTRIES === 0;
      if (state.entries > written && (isFull || state.waiting === 0)) {
        await this.#writePage(Math.floor((state.entries - 1) / PAGE_ENTRIES), state, signal);
      } else if (state.waiting === 0) return;
      else await this.#putNext(state, signal);
    }
  }

  /** The next object: batches in the order of their windows, an epoch after the batches that it counted. */
  async #putNext(state: IndexState, signal: AbortSignal): Promise<void> {
    const { store } = this.#deps;
    const [batch] = await store.batches(state.window + 1, 1);
    const [epoch] = await store.epochs(state.epoch + 1, 1);
    const seq = state.entries;
    if (batch && (!epoch || batch.nextRound <= epoch.nextRound)) {
      const { window } = batch.head;
      await this.#putEntry({ seq, kind: "batch", number: window, digest: batchDigest(batch.head) }, signal);
    } else if (epoch) {
      await this.#putEntry({ seq, kind: "epoch", number: epoch.epoch, digest: epochDigest(epoch) }, signal);
    }
  }

  async #putEntry(
    entry: Pick<IndexEntry, "seq" | "kind" | "number" | "digest">,
    signal: AbortSignal,
  ): Promise<void> {
    const { hash, bytes, size } = await parked(signal, this.#bucket.put(await this.#linesOf(entry)));
    // The entry means: its object was read back. Killed before this, the same bytes are found there after the restart.
    await this.#deps.store.putEntry({ ...entry, hash, bytes, size });
    this.#deps.log("debug", `Published ${nameOf(entry)}: object ${hash}, ${bytes} bytes`);
  }

  /** Lines of an entry's object, from the journal. */
  async #linesOf({ kind, number }: Pick<IndexEntry, "kind" | "number">): Promise<string[]> {
    const { store } = this.#deps;
    if (kind === "epoch") {
      const [row] = await store.epochs(number, 1);
      return epochLines(row!);
    }
    const [row] = await store.batches(number, 1);
    return batchLines({ head: row!.head, signature: row!.signature, leaves: await store.leavesOf(number) });
  }

  async #writePage(page: number, state: IndexState, signal: AbortSignal): Promise<void> {
    const { store, signer, onEvent, log } = this.#deps;
    const entries = await store.entries(page * PAGE_ENTRIES, PAGE_ENTRIES);
    const previous = page === 0 ? NO_PAGE : (await store.lastPage(page - 1))!.hash;
    const head = makeIndexHead({ ...this.#owner, page, previous }, entries);
    const signature = await parked(signal, signer.index(head));
    const { hash } = await parked(signal, this.#bucket.put(pageLines({ head, signature, entries })));
    const row = { head, signature, hash };
    await store.putPage(row);
    this.#page = row;
    log("info", `Published index ${hash}: ${state.entries} objects, ${state.waiting} wait`);
    onEvent({ type: "published", head: hash, entries: state.entries, waiting: state.waiting, failing: null });
  }

  /** Reads the newest page and one older object back: what was lost or replaced is put up again. */
  async #inspect(signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#deps;
    this.#inspectAt = clock.now() + this.#inspectMs;
    if (this.#page !== null) await this.#inspectPage(this.#page, signal);
    const [entry] = await store.entries(this.#cursor, 1);
    this.#cursor = entry === undefined ? 0 : this.#cursor + 1;
    if (entry === undefined) return;
    const place = entry.seq % PAGE_ENTRIES;
    if (place === 0 && entry.seq > 0) {
      const full = await store.lastPage(entry.seq / PAGE_ENTRIES - 1);
      if (full) await this.#inspectPage(full, signal);
    }
    const found = await parked(signal, this.#bucket.check(entry));
    if (found !== "same") await this.#restore(nameOf(entry), entry.hash, found, () => this.#linesOf(entry), signal);
  }

  async #inspectPage(row: PageRow, signal: AbortSignal): Promise<void> {
    const { head, signature, hash } = row;
    const lines = async () => {
      const entries = await this.#deps.store.entries(head.page * PAGE_ENTRIES, head.count);
      return pageLines({ head, signature, entries });
    };
    // A page is small: it is made again to know how many bytes it has.
    const { before, ...address } = await parked(signal, this.#bucket.put(await lines()));
    if (before === "same" && address.hash === hash) return;
    this.#tellRestored(`page ${head.page} of the index`, hash, { before, now: address.hash });
  }

  async #restore(
    name: string,
    hash: string,
    before: "absent" | "other",
    lines: () => Promise<string[]>,
    signal: AbortSignal,
  ): Promise<void> {
    const { hash: now } = await parked(signal, this.#bucket.put(await lines()));
    this.#tellRestored(name, hash, { before, now });
  }

  #tellRestored(name: string, hash: string, { before, now }: { before: string; now: string }): void {
    const what = before === "other" ? "was replaced" : "was lost";
    if (now === hash) {
      this.#deps.log("warning", `In the bucket ${name} (object ${hash}) ${what}: it is up again`);
    } else {
      this.#deps.log(
        "error",
        `In the bucket ${name} (object ${hash}) ${what}, and this af cannot make the same bytes again: restore a copy`,
      );
    }
  }

  async #failed(error: unknown, pause: number): Promise<void> {
    const { log, onEvent, clock, store } = this.#deps;
    const code = error instanceof AfError ? `${error.kind} ${error.code}` : String((error as Error)?.name);
    const text = errorText(error);
    const before = this.#failing;
    const isNews = before === null || before.code !== code || clock.now() - before.since >= REMIND_MS;
    const state = await store.indexState().catch(() => null);
    const waiting = state?.waiting ?? 0;
    // An outage of hours must not fill the log.
    log(
      isNews ? "warning" : "debug",
      `Publishing fails and goes on later, validating goes on: ${text}; ${waiting} objects wait, next try in ${
        pause / 1000
      } s`,
    );
    if (!isNews) return;
    this.#failing = { code, text, since: clock.now() };
    onEvent({ type: "published", head: this.head, entries: state?.entries ?? 0, waiting, failing: text });
  }

  #recovered(): void {
    this.#failures = 0;
    if (this.#failing === null) return;
    this.#failing = null;
    this.#deps.log("info", "Publishing works again: everything is up");
  }
}
