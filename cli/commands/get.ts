/** `af get [KEY]`: shows settings and where they come from. Secrets are masked. @module */
import type { Command } from "../command.ts";
import type { Found } from "../config.ts";
import { ConfigError } from "../../core/base/errors.ts";
import { jsonOption } from "../options.ts";
import { mask, setting, SETTING_KEYS, settingKey } from "../settings.ts";

interface GetOptions {
  readonly key?: string;
}

/** The command. */
export const command: Command<GetOptions> = {
  name: "get",
  configure(parser) {
    jsonOption(parser.argument("[key]", "one setting; without it all are listed"));
  },
  run({ config, print }, options) {
    if (options.key === undefined) {
      const rows = SETTING_KEYS.map((key) => config.find(key));
      const data = rows.map((found) => ({ ...found, value: shown(found) || null }));
      print.table(
        [
          { title: "SETTING", cell: (found: Found) => found.key },
          { title: "VALUE", cell: shown, shrink: true },
          { title: "FROM", cell: (found) => found.source },
          { title: "WHAT IT IS", cell: (found) => setting(found.key).help, shrink: true },
        ],
        rows,
        data,
      );
      return 0;
    }
    const found = config.find(settingKey(options.key));
    if (found.value === undefined) throw new ConfigError(`${found.key} is not set; run: af set ${found.key} VALUE`);
    print.answer(shown(found), { ...found, value: shown(found) });
    return 0;
  },
};

function shown({ key, value }: Found): string {
  if (value === undefined) return "";
  return setting(key).kind === "secret" ? mask(value) : value;
}
