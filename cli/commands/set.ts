/** `af set KEY VALUE`: keeps a setting in the user's settings file. @module */
import { ConfigError } from "../../core/base/errors.ts";
import type { Command } from "../command.ts";
import { settingKey } from "../settings.ts";

interface SetOptions {
  readonly key: string;
  readonly value: string;
}

/** The command. */
export const command: Command<SetOptions> = {
  name: "set",
  configure(parser) {
    parser
      .argument("<key>", "such as CHUTES_API_KEY; af get lists all")
      .argument("<value>", "- reads it from stdin, so that it is in no process list; '' removes the setting")
      .addHelpText("after", "\nExample: af set CHUTES_API_KEY - < key.txt");
  },
  async run({ config, print }, options) {
    const key = settingKey(options.key);
    const value = options.value === "-" ? await readStdin() : options.value;
    await config.set(key, value);
    print.text(`${value.trim() === "" ? "Removed" : "Kept"} ${key} in ${config.path}`);
    return 0;
  },
};

async function readStdin(): Promise<string> {
  if (Deno.stdin.isTerminal()) {
    throw new ConfigError("The value was to come from stdin, but stdin is a terminal; use af set KEY - < FILE", {
      code: "usage",
    });
  }
  let text = "";
  const decoder = new TextDecoder("utf-8", { fatal: false });
  for await (const chunk of Deno.stdin.readable) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > 100_000) {
      throw new ConfigError("The value on stdin is longer than any setting", { code: "usage" });
    }
  }
  if (text.trim() === "") throw new ConfigError("There is no value on stdin", { code: "usage" });
  return text;
}
