/** The supervisor: starts every other process, starts them again when they die, passes signals on. Holds `run` and nothing else. @module */
import { errorText, type RoomError } from "../base/errors.ts";
import { sleep } from "../base/time.ts";
import { revokeAll } from "./open.ts";
import { type Role, type RoleProcess, selfCommand, startRole, type StartRoleOptions } from "./process.ts";

/** Exit code of a process that wants to be started again (EX_TEMPFAIL). */
export const AGAIN = 75;
/** What a process has after SIGINT to park its work, in milliseconds. */
export const PARK_MS = 4_000;
/** A process that ran this long is healthy: its next start waits the shortest time again. */
const HEALTHY_MS = 60_000;
const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** A process that others need: it must be ready before the main one starts. */
export interface Service {
  readonly role: Role;
  /** Start message. `last` is the ready line of the start before, so that a port can be kept. */
  start(last: unknown): unknown;
  /** Whether its death can be mended by a new start; otherwise everything ends. */
  readonly restart: boolean;
  readonly env: readonly string[];
  /** How long it may take until it is ready, in milliseconds. @default {30000} */
  readonly readyTimeoutMs?: number;
}

/** What the supervisor is to run. */
export interface SupervisePlan {
  /** In order of their start; each is given what the earlier ones said. */
  readonly services: readonly ((ready: ReadonlyMap<Role, unknown>) => Service)[];
  /** The process whose end is the end of the command. */
  readonly main: {
    readonly role: Role;
    start(ready: ReadonlyMap<Role, unknown>): unknown;
    readonly env: readonly string[];
  };
  readonly log: (level: "info" | "warning" | "error", text: string) => void;
}

/** Runs the plan until its main process ends or `signal` aborts (SIGINT). Returns the exit code of the command. */
export async function supervise(plan: SupervisePlan, signal: AbortSignal): Promise<number> {
  const self = selfCommand();
  await keepOnlyRun();
  const stop = new AbortController();
  const running = new Map<Role, RoleProcess>();
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    stop.abort();
    running.get(plan.main.role)?.kill("SIGINT");
    Deno.unrefTimer(setTimeout(() => running.forEach((process) => process.kill("SIGKILL")), PARK_MS));
  };
  signal.addEventListener("abort", interrupt, { once: true });
  const ready = new Map<Role, unknown>();
  try {
    const broken = Promise.withResolvers<number>();
    for (const make of plan.services) {
      const service = make(ready);
      const process = await startRole(service.role, self, starting(service, service.start(null)));
      running.set(service.role, process);
      // Asked to end meanwhile: nothing that follows needs to be started.
      if (stop.signal.aborted) return 130;
      ready.set(service.role, process.ready);
      keep(plan, service, process, { self, running, stop: stop.signal, broken: broken.resolve });
    }
    return await Promise.race([runMain(plan, ready, { self, running, stop: stop.signal }), broken.promise]);
  } catch (error) {
    if (interrupted) return 130;
    // The process has said on stderr what is wrong, where it could; one that failed for good needs no second sentence.
    if ((error as RoomError).code !== "failed") plan.log("error", errorText(error));
    return 1;
  } finally {
    stop.abort();
    for (const process of running.values()) process.kill("SIGTERM");
    await Promise.race([
      Promise.all([...running.values()].map((process) => process.status)),
      sleep(2_000).then(() => running.forEach((process) => process.kill("SIGKILL"))),
    ]);
    signal.removeEventListener("abort", interrupt);
  }
}

function starting({ env, readyTimeoutMs }: Service, start: unknown): StartRoleOptions {
  return { start, stdout: "ready", env, ...(readyTimeoutMs === undefined ? {} : { readyTimeoutMs }) };
}

/** Gives up every right but `run`, before the first child starts; none comes back. */
export async function keepOnlyRun(): Promise<void> {
  await revokeAll(["run"]);
}

interface Running {
  readonly self: ReturnType<typeof selfCommand>;
  readonly running: Map<Role, RoleProcess>;
  readonly stop: AbortSignal;
}

/** Starts a service again for as long as the supervisor lives. */
async function keep(
  plan: SupervisePlan,
  service: Service,
  first: RoleProcess,
  at: Running & { readonly broken: (code: number) => void },
): Promise<void> {
  let process = first;
  let pause = SHORTEST_PAUSE_MS;
  for (;;) {
    const started = performance.now();
    const status = await process.status;
    if (at.stop.aborted) return;
    if (!service.restart) {
      plan.log("error", `The ${service.role} process ended with ${status.signal ?? `code ${status.code}`}`);
      return at.broken(1);
    }
    pause = performance.now() - started > HEALTHY_MS ? SHORTEST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pause * 2);
    plan.log(
      "warning",
      `The ${service.role} process ended with ${status.signal ?? `code ${status.code}`}; starting it again`,
    );
    const next = await startAgain(plan, service, process.ready, { ...at, pause });
    if (next === null) return;
    ({ process, pause } = next);
  }
}

/** Tries to start a service until it is ready; null when the supervisor ends before. */
async function startAgain(
  plan: SupervisePlan,
  service: Service,
  last: unknown,
  at: Running & { readonly pause: number },
): Promise<{ process: RoleProcess; pause: number } | null> {
  for (let pause = at.pause;; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    try {
      await sleep(pause, at.stop);
      const start = service.start(last);
      const process = await startRole(service.role, at.self, starting(service, start));
      at.running.set(service.role, process);
      return { process, pause };
    } catch (error) {
      if (at.stop.aborted) return null;
      plan.log("warning", `${errorText(error)}; trying again`);
    }
  }
}

/** Runs the main process until it ends by its own will. */
async function runMain(plan: SupervisePlan, ready: ReadonlyMap<Role, unknown>, at: Running): Promise<number> {
  const { role } = plan.main;
  for (let pause = SHORTEST_PAUSE_MS;;) {
    const started = performance.now();
    const process = await startRole(role, at.self, {
      start: plan.main.start(ready),
      stdout: "inherit",
      env: plan.main.env,
    });
    at.running.set(role, process);
    // An interrupted process has PARK_MS to end by itself; its status comes in any case.
    const status = await process.status;
    if (at.stop.aborted) return 130;
    if (status.signal === null && status.code !== AGAIN) return status.code;
    if (performance.now() - started > HEALTHY_MS) pause = SHORTEST_PAUSE_MS;
    const why = status.signal ? `was ended by ${status.signal}` : "wants to start again";
    plan.log("warning", `The ${role} process ${why}; starting it in ${pause / 1000} s`);
    try {
      await sleep(pause, at.stop);
    } catch (error) {
      plan.log("info", errorText(error));
      return 130;
    }
    pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
  }
}
