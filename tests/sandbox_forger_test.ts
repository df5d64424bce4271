/** A runner that lies, floods, falls silent or breaks off: its own case is lost, the broker goes on, the next case is honest. @module */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { CaseResult, Sandbox } from "../core/port/sandbox.ts";
import { runTrial, withForger } from "./sandbox_scene.ts";

const MODES = [
  "garbage",
  "huge",
  "endless",
  "empty",
  "twice",
  "other ticket",
  "ready",
  "half",
  "text",
  "exit",
  "close",
  "limit line",
  "kill the parent",
] as const;

function runForger(sandbox: Sandbox, mode: string): Promise<readonly CaseResult[]> {
  const limits = { wallMs: 2_000, outputBytes: 1_000 };
  return runTrial(sandbox, { language: "javascript", source: mode, stdin: ["good", "bad", "good"], limits });
}

for (const mode of MODES) {
  Deno.test(`a forged answer is no answer: ${mode}`, () =>
    withForger("./sandbox_forger.ts", async (broker) => {
      const [before, during, after] = await runForger(broker, mode);
      equal(before!.stdout, "fine");
      const all = JSON.stringify([during, after]);
      ok(!all.includes("forged") && !all.includes("right"), all);
      // Two answers may come apart: then the first is the program's own, and the second finds no case that it fits.
      const stale = mode === "twice" && during!.stdout === "bad";
      const lost = stale ? after! : during!;
      // A pipe that was closed without an end is silence.
      const silent = mode === "close" && lost.limit === "wall";
      deepEqual([silent ? "process" : lost.limit, lost.exit !== 0, lost.stdout], ["process", true, ""], all);
      if (!stale) equal(after!.stdout, "fine", all);
    }));
}

Deno.test("what no engine and no watchdog ends, the broker kills within 200 ms of the deadline, and goes on", () =>
  withForger("./sandbox_forger.ts", async (broker) => {
    const [, during, after] = await runForger(broker, "silent");
    deepEqual([during!.limit, after!.stdout], ["wall", "fine"]);
    // The rest is the time that a busy machine takes to tell of a death.
    ok(during!.wallMs >= 2_000 && during!.wallMs < 2_200 + 800, `${during!.wallMs}`);
  }));
