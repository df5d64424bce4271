/**
 * The program of a validator that lies: `lies.json` in af's configuration directory says how, at any time. For people and tests.
 * Every process of the run is started with this file again; the validator's lies about what its rooms are told and tell.
 * @module
 */
import { start } from "../cli/roles.ts";
import type { CallMessage, RoomMessage } from "../core/room/message.ts";
import type { SubnetFacts } from "../core/port/chain.ts";
import type { AskOutcome, AskRequest } from "../core/port/model.ts";
import type { AnswerRecord } from "../core/port/store.ts";

/** What a validator lies about. */
export interface Lies {
  /** Hotkey and slug of the miner that it lies about. */
  readonly hotkey: string;
  readonly slug: string;
  /** Share of the miner's scores that are turned around after grading. */
  readonly scores: number;
  /** Share of the miner's answers in place of which an earlier one to another question stands. */
  readonly answers: number;
  /** Hotkey of the liar, where it makes itself believe that it has a permit. */
  readonly permit: string | null;
}

/** Name of the file with them. */
export const LIES = "lies.json";

function lieAbout(file: string): void {
  let current: Lies = JSON.parse(Deno.readTextFileSync(file));
  const lies = () => current;
  const watch = new Worker(new URL("./liar_watch.ts", import.meta.url), {
    type: "module",
    deno: { permissions: { read: [file] } },
  } as WorkerOptions);
  watch.onmessage = ({ data }: MessageEvent<Lies>) => current = data;
  watch.postMessage(file);
  const turned = (record: AnswerRecord): AnswerRecord => {
    const { hotkey, scores } = lies();
    const isHit = record.kind === "task" && record.status === "answered" && record.contender.startsWith(`${hotkey}@`) &&
      Math.random() < scores;
    return isHit ? { ...record, score: record.score === 1 ? 0 : 1 } : record;
  };
  const permitted = (facts: SubnetFacts): SubnetFacts => {
    const { permit } = lies();
    return { ...facts, neurons: facts.neurons.map((one) => one.hotkey === permit ? { ...one, permit: true } : one) };
  };
  globalThis.Worker = class extends Worker {
    readonly #room: string | undefined;
    /** Questions to the miner that are under way, by the call's number. */
    readonly #asked = new Map<number, string>();
    /** Looks at the chain that are under way. */
    readonly #looks = new Set<number>();
    /** An earlier answer of the miner in each environment, which the system prompt tells apart. */
    readonly #earlier = new Map<string, string>();
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.#room = options?.name;
    }
    override postMessage(message: unknown): void {
      const { id, method, args } = message as CallMessage;
      if (this.#room === "store" && method === "append") {
        return super.postMessage({ id, method, args: [(args[0] as AnswerRecord[]).map(turned)] });
      }
      if (this.#room === "chutes" && method === "ask") {
        const { slug, system } = args[0] as AskRequest;
        if (slug === lies().slug) this.#asked.set(id, system);
      }
      if (this.#room === "chain" && method === "facts") this.#looks.add(id);
      super.postMessage(message);
    }
    override set onmessage(handler: ((event: MessageEvent<RoomMessage>) => void) | null) {
      super.onmessage = handler && ((event: MessageEvent<RoomMessage>) => {
        const { data } = event;
        const told = (value: unknown) => handler(new MessageEvent("message", { data: { ...data, value } }));
        if (!("id" in data) || !data.ok) handler(event);
        else if (this.#asked.has(data.id)) told(this.#invented(data.id, data.value));
        else if (this.#looks.delete(data.id)) told(permitted(data.value as SubnetFacts));
        else handler(event);
      });
    }
    #invented(id: number, value: unknown): unknown {
      const outcome = value as AskOutcome;
      const system = this.#asked.get(id)!;
      this.#asked.delete(id);
      if (outcome.kind !== "answered") return outcome;
      const text = this.#earlier.get(system) ?? outcome.text;
      this.#earlier.set(system, outcome.text);
      return Math.random() < lies().answers ? { ...outcome, text } : outcome;
    }
  } as typeof Worker;
}

if (import.meta.main) {
  if (Deno.args[0] === "@validator") lieAbout(`${Deno.env.get("XDG_CONFIG_HOME")}/af/${LIES}`);
  Deno.exit(await start(Deno.args));
}
