/**
 * Makes a log in a directory, or audits it there with the rooms that `af audit` opens.
 *   usage: audit_run.ts make DIRECTORY RECORDS | audit DIRECTORY HEAD        (each prints JSON)
 * @module
 */
import process from "node:process";
import { openDirectory, openRegrader } from "../../core/audit/client.ts";
import { machineClock } from "../../core/base/time.ts";
import { audit } from "../../core/flow/audit/audit.ts";
import { STANDARD } from "../../core/mechanism/parameters.ts";
import { AUDIT_ENVS, chainOf, makeLog } from "./audit_world.ts";
import { peakRss } from "./child.ts";
import { NETUID } from "./world.ts";

/** What an audit cost. */
export interface AuditRun {
  readonly verdict: string;
  /** The first difference, if there is one. */
  readonly text: string;
  readonly records: number;
  /** Answers that were graded again. */
  readonly graded: number;
  /** Seconds by the clock, and of CPU of all threads. */
  readonly wall: number;
  readonly cpu: number;
  /** Bytes. */
  readonly rss: number;
}

async function measure(directory: string, head: string): Promise<AuditRun> {
  const grading = await openRegrader();
  const { source, close } = await openDirectory(directory);
  const before = process.cpuUsage(), start = performance.now();
  const report = await audit({
    chain: chainOf(head),
    netuid: NETUID,
    sourceOf: () => Promise.resolve(source),
    regrader: grading.regrader,
    sandbox: null,
    clock: machineClock,
    parameters: STANDARD,
    envs: AUDIT_ENVS.map(({ id }) => id),
    sampled: ["program/deduction"],
    signal: new AbortController().signal,
  }, { share: 0 });
  const { user, system } = process.cpuUsage(before);
  const [log] = report.logs;
  const result = {
    verdict: report.verdict,
    text: report.differences[0]?.text ?? report.failures[0] ?? "",
    records: log?.records ?? 0,
    graded: log?.graded.reduce((sum, one) => sum + one.graded, 0) ?? 0,
    wall: (performance.now() - start) / 1000,
    cpu: (user + system) / 1e6,
    rss: peakRss(),
  };
  grading.close();
  close();
  return result;
}

if (import.meta.main) {
  const [what, directory, last] = Deno.args as [string, string, string];
  const result = what === "make" ? await makeLog(directory, Number(last)) : await measure(directory, last);
  console.log(JSON.stringify(result));
}
