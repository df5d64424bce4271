/** Reads what `deno test --junit-path` writes. Pure. @module */

/** Numbers of one run. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Names of failed tests, each with the beginning of what it said. */
  readonly failures: readonly string[];
  /** Names of skipped tests, with their reasons. */
  readonly skipped: readonly string[];
}

/**
 * Counts of a report. A run that failed without a failed test (a module that does not load, a leak, no report) counts as one
 * failure, so that nothing passes by not running.
 */
export function readReport(xml: string, success: boolean): Counts {
  let passed = 0;
  const failures: string[] = [];
  const skipped: string[] = [];
  for (const [, attributes = "", selfClosed, body = ""] of xml.matchAll(CASE)) {
    const name = unescape(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? "");
    const file = unescape(/\bclassname="([^"]*)"/.exec(attributes)?.[1] ?? "");
    if (selfClosed) passed++;
    else if (/<skipped\b/.test(body)) skipped.push(`${file}: ${withReason(name)}`);
    else if (/<(failure|error)\b/.test(body)) failures.push(`${file}: ${name}\n${beginning(body)}`);
    else passed++;
  }
  if (!success && failures.length === 0) failures.push("a run ended badly without a failed test");
  return { passed, failed: failures.length, failures, skipped };
}

const CASE = /<testcase\b([^>]*?)(?:(\/)>|>([\s\S]*?)<\/testcase>)/g;

/** The first lines of a failure, without colours. */
function beginning(body: string): string {
  // deno-lint-ignore no-control-regex
  const text = unescape(body.replaceAll(/<[^>]*>/g, "")).replaceAll(/\x1b\[[\d;]*m/g, "").trim();
  return text.split("\n").slice(0, LINES).map((line) => `    ${line.slice(0, 500)}`).join("\n");
}

const LINES = 30;

function withReason(name: string): string {
  return /\[skipped: [^\]]+\]$/.test(name) ? name : `${name} [no reason given]`;
}

function unescape(text: string): string {
  const names: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replaceAll(/&(lt|gt|quot|apos|amp|#(\d+));/g, (all, name: string, code?: string) => {
    return code === undefined ? names[name] ?? all : String.fromCodePoint(Number(code));
  });
}
