/** Tries to use a right and says whether it was denied: the proof behind the permission table. @module */
import { errorText } from "../base/errors.ts";
import type { ProbeKind } from "./message.ts";

/** What a probe found: `denied`, `granted`, or the text of another failure (which means that the right was there). */
export async function probe(kind: ProbeKind, target: string): Promise<string> {
  try {
    await attempt(kind, target);
    return "granted";
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotCapable) return "denied";
    const text = errorText(thrown);
    // An executable loads no module from an address (no request is made), so there is nothing to deny.
    if (kind === "import" && Deno.build.standalone && text.startsWith("Module not found")) return "denied";
    // A Worker without the import right reports a plain TypeError that names the missing permission.
    if (/Requires (read|write|net|env|run|sys|ffi|import) access/.test(text)) return "denied";
    // A runner fetches nothing, whatever its rights are.
    if (kind === "import" && text.includes("--cached-only is specified")) return "denied";
    // A module from JSR may import nothing from elsewhere, whatever its rights are.
    return kind === "import" && /JSR packages cannot import/.test(text) ? "denied" : `granted (${text})`;
  }
}

async function attempt(kind: ProbeKind, target: string): Promise<void> {
  switch (kind) {
    case "read":
      await Deno.readFile(target);
      return;
    case "write":
      await Deno.writeTextFile(target, "probe");
      return;
    case "net": {
      const [hostname = "127.0.0.1", port = "9"] = target.split(":");
      (await Deno.connect({ hostname, port: Number(port) })).close();
      return;
    }
    case "env":
      Deno.env.get(target);
      return;
    case "run":
      await new Deno.Command(target, { args: [] }).output();
      return;
    case "sys":
      if (target === "osRelease") Deno.osRelease();
      else Deno.hostname();
      return;
    case "ffi":
      Deno.dlopen(target, {}).close();
      return;
    case "import":
      await import(target);
      return;
  }
}
