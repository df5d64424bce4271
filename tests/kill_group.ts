/** A command in a process group of its own, for tests that end it without warning. Linux only: it looks into /proc. @module */
import { sleep } from "../core/base/time.ts";

/** How a group is started. */
export interface GroupOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A process group: its leader is the command itself. */
export class Group {
  /** Process id of the leader, which is the id of the group. */
  readonly pid: number;
  readonly status: Promise<Deno.CommandStatus>;
  readonly stdout: Promise<string>;
  readonly stderr: Promise<string>;
  #ended = false;
  /** Starts the command. */
  constructor(options: GroupOptions) {
    const child = new Deno.Command(options.program, {
      args: [...options.args],
      env: { ...options.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      // A session of its own, and so a group of its own: the test is not in it.
      detached: true,
    }).spawn();
    this.pid = child.pid;
    this.status = child.status.then((status) => {
      this.#ended = true;
      return status;
    });
    this.stdout = new Response(child.stdout).text();
    this.stderr = new Response(child.stderr).text();
  }
  /** Whether the leader has ended. */
  get ended(): boolean {
    return this.#ended;
  }
  /** Signals the leader alone, or every process of the group. */
  signal(name: Deno.Signal, options: { whole: boolean }): void {
    try {
      Deno.kill(options.whole ? -this.pid : this.pid, name);
    } catch (thrown) {
      // It ended by itself a moment before: the caller sees that in its status.
      if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
    }
  }
  /** Processes of the group that still run, by id and the word of af that they were started with. */
  members(): { pid: number; role: string }[] {
    return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
      if (!/^\d+$/.test(name)) return [];
      try {
        const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
        const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        // A zombie has ended; it waits for somebody to read its status.
        if (Number(group) !== this.pid || state === "Z") return [];
        const words = Deno.readTextFileSync(`/proc/${name}/cmdline`).split("\0");
        return [{ pid: Number(name), role: words.find((word) => word.startsWith("@")) ?? "supervisor" }];
      } catch (thrown) {
        if (thrown instanceof Deno.errors.NotFound || /os error 3\b/.test(String(thrown))) return [];
        throw thrown;
      }
    });
  }
  /** Waits until nobody of the group runs. Returns who still does after `ms`. */
  async gone(ms: number): Promise<{ pid: number; role: string }[]> {
    const end = performance.now() + ms;
    for (;;) {
      const left = this.members();
      if (left.length === 0 || performance.now() > end) return left;
      await sleep(10);
    }
  }
  /** Ends every process of the group at once and waits for that. @throws {Error} if one survives. */
  async destroy(): Promise<void> {
    this.signal("SIGKILL", { whole: true });
    await this.status;
    const left = await this.gone(20_000);
    if (left.length > 0) throw new Error(`Survived SIGKILL of the group: ${JSON.stringify(left)}`);
  }
}
