/** Reads what `deno test --junit-path` writes. Pure. @module */

/** Numbers of one run. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Names of skipped tests, with their reasons. */
  readonly skipped: readonly string[];
}

/**
 * Counts of a report. A run that failed without a failed test (a module that does not load, a leak, no report) counts as one
 * failure, so that nothing passes by not running.
 */
export function readReport(xml: string, success: boolean): Counts {
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  for (const [, attributes = "", selfClosed, body = ""] of xml.matchAll(CASE)) {
    const name = unescape(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? "");
    const file = /\bclassname="([^"]*)"/.exec(attributes)?.[1] ?? "";
    if (selfClosed) passed++;
    else if (/<skipped\b/.test(body)) skipped.push(`${unescape(file)}: ${withReason(name)}`);
    else if (/<(failure|error)\b/.test(body)) failed++;
    else passed++;
  }
  return { passed, failed: success ? failed : Math.max(failed, 1), skipped };
}

const CASE = /<testcase\b([^>]*?)(?:(\/)>|>([\s\S]*?)<\/testcase>)/g;

function withReason(name: string): string {
  return /\[skipped: [^\]]+\]$/.test(name) ? name : `${name} [no reason given]`;
}

function unescape(text: string): string {
  const names: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replaceAll(/&(lt|gt|quot|apos|amp|#(\d+));/g, (all, name: string, code?: string) => {
    return code === undefined ? names[name] ?? all : String.fromCodePoint(Number(code));
  });
}
