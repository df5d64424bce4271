import { equal } from "node:assert/strict";
import type { EpochReport, State } from "../mechanism/types.ts";
import type { Settled } from "./epoch.ts";
import { isDecided } from "./validate.ts";

function decided(champion: string | null, crowned: string | null, reign: number, duels: readonly string[]): boolean {
  const state = { champion, reign, duels: duels.map((state) => ({ state })) } as unknown as State;
  return isDecided({ crowned } as EpochReport, { state } as Settled);
}

Deno.test({
  name: "isDecided() waits for a crowning in a duel or the end of all duels, and never stops without a champion",
  permissions: "none",
  fn() {
    equal(decided(null, null, 0, []), false, "No contender yet");
    equal(decided("a@1", "a@1", 1, ["live"]), false, "The first champion has beaten nobody");
    equal(decided("a@1", null, 1, ["terminated", "waiting"]), false, "Somebody waits for the hold rule");
    equal(decided("a@1", null, 1, ["terminated", "void"]), true, "No duel is left");
    equal(decided("b@2", "b@2", 2, ["live"]), true, "Crowned in a duel");
  },
});
