/**
 * Layers of the operating system around a runner, found by trying: each is a program that runs another one with less. None is
 * required; what is not there, or does not work here, is left out. @module
 */

/** A layer that can be put in front of a runner. */
export interface Layer {
  /** What `af doctor` and facts call it. */
  readonly name: string;
  readonly prefix: readonly string[];
}

/** Candidates by kind; of each kind the first that works is taken. Every one ends as the program that it starts: same process id. */
const CANDIDATES: readonly (readonly Layer[])[] = [
  [
    {
      name: "cgroup",
      prefix: ["systemd-run", "--user", "--scope", "--quiet", "-p", "MemoryMax=2G", "-p", "TasksMax=256", "--"],
    },
  ],
  [
    // Without network, System V memory and host name of the machine, as nobody in particular.
    { name: "namespaces", prefix: ["unshare", "--net", "--ipc", "--uts", "--"] },
    { name: "namespaces", prefix: ["unshare", "--user", "--map-current-user", "--net", "--ipc", "--uts", "--"] },
  ],
  [
    { name: "no core dumps, 256 files", prefix: ["prlimit", "--core=0", "--nofile=256", "--"] },
  ],
  [
    {
      name: "no_new_privs, no capabilities, death with the broker",
      prefix: ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--pdeathsig=KILL", "--"],
    },
    { name: "no_new_privs, death with the broker", prefix: ["setpriv", "--no-new-privs", "--pdeathsig=KILL", "--"] },
  ],
];
const FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];

/** Finds the layers that work on this machine, the outermost first. Needs `run`. */
export async function findLayers(): Promise<Layer[]> {
  if (Deno.build.os !== "linux") return [];
  const found = await Promise.all(CANDIDATES.map(firstThatWorks));
  return found.filter((layer) => layer !== undefined);
}

async function firstThatWorks(kind: readonly Layer[]): Promise<Layer | undefined> {
  for (const { name, prefix } of kind) {
    for (const folder of FOLDERS) {
      const [program, ...args] = prefix;
      const whole = [`${folder}/${program}`, ...args];
      if (await works([...whole, "/bin/sh", "-c", ":"])) return { name, prefix: whole };
    }
  }
  return undefined;
}

/** How long it may take, in milliseconds. */
const TRIAL_MS = 3_000;

async function works(line: readonly string[]): Promise<boolean> {
  const [program, ...args] = line;
  try {
    const { success } = await new Deno.Command(program!, {
      args,
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      signal: AbortSignal.timeout(TRIAL_MS),
    }).output();
    return success;
  } catch {
    // Not there, not to be started, too slow: it does not work here.
    return false;
  }
}
