/** How a guest of any language ends a case. Types only. @module */
import type { CaseMessage, EndMessage } from "./messages.ts";

/** How a case ended, without ticket and times: those are the runner's to add. */
export type CaseEnd = Omit<EndMessage, "ticket" | "wallMs" | "cpuMs">;

/** A language's way to run the cases of one program after the other. */
export interface Guest {
  run(message: CaseMessage): Promise<CaseEnd> | CaseEnd;
}
