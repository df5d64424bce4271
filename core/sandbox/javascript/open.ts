/** Opens a JavaScript or TypeScript program in a runner; the transpiler is loaded only where the program needs it. @module */
import type { CaseEnd } from "../end.ts";
import type { CaseMessage, ProgramMessage } from "../messages.ts";
import { catchRejections, JavaScriptGuest } from "./guest.ts";

/** The program, ready for its cases. */
export async function openJavaScript(
  { language, source }: ProgramMessage,
): Promise<{ run(message: CaseMessage): Promise<CaseEnd> }> {
  catchRejections();
  if (language === "typescript") {
    const { transpileTypeScript } = await import("./transpile.ts");
    return new JavaScriptGuest(source, { file: "main.ts", plain: false, transpile: transpileTypeScript });
  }
  // A cheap look that may say yes too often: then the transpiler is there and not used.
  if (!/\b(import|export|await)\b/.test(source)) {
    return new JavaScriptGuest(source, { file: "main.js", plain: true, transpile: (same) => same });
  }
  const { transpileModule } = await import("./transpile.ts");
  return new JavaScriptGuest(source, { file: "main.js", plain: true, transpile: transpileModule });
}
