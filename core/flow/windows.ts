/** Windows: the salt chain behind them, the rounds' salts, and the signed batch that closes each. @module */
import { fromHex, toHex } from "../base/bytes.ts";
import { StoreError } from "../base/errors.ts";
import type { SubnetFacts } from "../port/chain.ts";
import type { WindowRow } from "../port/store.ts";
import { batchDigest, FIRST_PREVIOUS, makeHead } from "../record/batch.ts";
import { SALT_CHAIN_LENGTH, type SaltChain, saltChain } from "../record/seed.ts";
import { isSameEnd, type ValidatorStatement } from "../record/validator_statement.ts";
import type { ValidateDeps } from "./deps.ts";
import { commitStatement, standingStatement } from "./statement.ts";

/** Opens windows and closes them. */
export class Windows {
  readonly #deps: ValidateDeps;
  readonly #salts: SaltChain;
  readonly #genesis: string;
  readonly #validator: string;
  /** Windows that are open: used, and not closed by a batch yet; in order. */
  #open: WindowRow[];
  #used: number;
  /** Last window whose batch is signed. */
  #closed: number;
  /** First window that may be used. */
  #first = 0;

  private constructor(
    deps: ValidateDeps,
    salts: SaltChain,
    who: { genesis: string; validator: string },
    rows: readonly WindowRow[],
    closed: number,
  ) {
    this.#deps = deps;
    this.#salts = salts;
    this.#genesis = who.genesis;
    this.#validator = who.validator;
    this.#used = rows.length;
    this.#closed = closed;
    this.#open = rows.filter((row) => row.window > closed);
  }

  /** Reads the journal's salt chain, or makes one from a fresh secret. */
  static async open(deps: ValidateDeps, who: { genesis: string; validator: string }): Promise<Windows> {
    let root = await deps.store.getMeta("salt_root");
    if (root === null) {
      root = toHex(deps.freshSecret());
      await deps.store.setMeta("salt_root", root);
    }
    const last = await deps.store.lastBatch();
    const rows = await deps.store.windows(0);
    return new Windows(deps, saltChain(fromHex(root), SALT_CHAIN_LENGTH), who, rows, last?.head.window ?? -1);
  }

  /**
   * Commits the end of the salt chain on chain unless it stands there. The first window begins after that: whoever could choose a
   * chain of salts with the hash of a window's block before his eyes could choose its tasks.
   */
  async commitEnd(
    facts: SubnetFacts,
    signal: AbortSignal,
    published: Omit<ValidatorStatement, "end"> = { head: null, url: null, read: null },
  ): Promise<void> {
    const { end } = this.#salts;
    const standing = standingStatement(facts, this.#validator);
    // Whatever else it says changes with time.
    if (standing !== null && isSameEnd(standing.end, end)) return this.#beginAfter(standing.block);
    if (this.#used > 0) {
      this.#deps.log(
        "warning",
        "The commitment of this validator's salt chain was replaced on chain: committing it again",
      );
    }
    const block = await commitStatement(this.#deps, { ...published, end }, signal);
    this.#deps.log("info", `Committed the end of the salt chain in block ${block.number}`);
    this.#beginAfter(block.number);
  }

  /** End of the salt chain, 64 hex digits. */
  get end(): string {
    return this.#salts.end;
  }

  #beginAfter(block: number): void {
    if (this.#used === 0) this.#first = Math.floor(block / this.#deps.parameters.windowBlocks) + 1;
  }

  /** Whether rounds may be asked in this window. It may be signed already: behind a node that lags, a head can be an old one. */
  mayUse(window: number): boolean {
    return window >= this.#first && window > this.#closed;
  }

  /** The row of a window, made durable before its first use. `blockHash` is the hash of its first block. */
  async use(window: number, blockHash: () => Promise<string>): Promise<WindowRow> {
    const known = this.#open.find((row) => row.window === window);
    if (known) return known;
    if (this.#used >= SALT_CHAIN_LENGTH) {
      throw new StoreError(
        "The salt chain of this journal is used up; start a new journal with another data directory",
      );
    }
    const left = SALT_CHAIN_LENGTH - this.#used;
    if (left <= SALT_CHAIN_LENGTH / 10 && left % 1000 === 0) {
      this.#deps.log(
        "warning",
        `The salt chain of this journal has ${left} windows left; then a new journal must begin`,
      );
    }
    const row = { window, blockHash: await blockHash(), salt: this.#salts.saltOf(this.#used) };
    await this.#deps.store.putWindow(row);
    this.#used++;
    this.#open.push(row);
    return row;
  }

  /** The row of an open window. @throws {RangeError} if it is closed or was never used. */
  get(window: number): WindowRow {
    const row = this.#open.find((one) => one.window === window);
    if (!row) throw new RangeError(`Window ${window} is not open`);
    return row;
  }

  /** Closes, in order, every used window before `current` whose rounds are all done: one root, one signature. */
  async closeBefore(current: number): Promise<void> {
    const { store, signer } = this.#deps;
    while (this.#open.length > 0 && this.#open[0]!.window < current) {
      const row = this.#open[0]!;
      const last = await store.lastBatch();
      const rounds = (await store.rounds(last?.nextRound ?? 0)).filter((round) => round.window === row.window);
      if (rounds.some((round) => round.state === "open")) return;
      const leaves = await store.leavesOf(row.window);
      const head = makeHead({
        genesis: this.#genesis,
        netuid: this.#deps.netuid,
        validator: this.#validator,
        window: row.window,
        blockHash: row.blockHash,
        previous: last ? batchDigest(last.head) : FIRST_PREVIOUS,
        salt: row.salt,
      }, leaves);
      const nextRound = (rounds.at(-1)?.round ?? (last?.nextRound ?? 0) - 1) + 1;
      await store.putBatch({ head, signature: await signer.batch(head), nextRound });
      this.#open.shift();
      this.#closed = head.window;
      this.#deps.onEvent({ type: "batch", window: head.window, count: head.count, root: head.root });
    }
  }
}
