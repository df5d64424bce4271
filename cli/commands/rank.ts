/** `af rank`: who stands where, read from the journal of this machine, beside a running validator too. @module */
import { join } from "node:path";
import type { Command as Parser } from "commander";
import { ConfigError } from "../../core/base/errors.ts";
import { readStandings } from "../../core/flow/standing.ts";
import { readStories } from "../../core/flow/story.ts";
import { LOCAL } from "../../core/mechanism/parameters.ts";
import type { EpochInput } from "../../core/mechanism/types.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit.ts";
import { journalDir, localRuns } from "../journal.ts";
import { logText } from "../logging.ts";
import { integer, jsonOption } from "../options.ts";
import { printStandings } from "../standing.ts";
import { printStories } from "../story.ts";
import { openJournal } from "../wire.ts";

interface Options {
  readonly coldkey?: string;
  readonly hotkey?: string;
  readonly netuid?: number;
  readonly local?: boolean;
  readonly dataDir?: string;
  readonly explain?: number;
}

/** `af rank`. */
export const command: Command<Options> = {
  name: "rank",
  configure(parser: Parser) {
    jsonOption(parser)
      .option("--coldkey <name>", "wallet of the validator")
      .option("--hotkey <name>", "hotkey of the validator")
      .option("--netuid <n>", "subnet (setting AF_NETUID)", integer(0, 65535))
      .option("--local", "the latest run of the embedded network")
      .option("--explain <uid>", "the history of a contender: commit, duels, evidence over time", integer(0, 65535))
      .option("--data-dir <path>", "directory of the journal (setting AF_DATA_DIR)");
  },
  async run({ print, config, log }, options) {
    const dataDir = options.dataDir ?? config.dataDir;
    const directory = options.local ? await latestLocal(dataDir) : journalDir(dataDir, {
      netuid: options.netuid ?? Number(config.need("AF_NETUID")),
      ...names(options),
    });
    const journal = await openJournal(directory, {
      onLog: (room, line) => logText(log.getChild(room), line.level, line.text),
    });
    try {
      if (options.explain !== undefined) {
        const stories = await readStories(journal.store, options.explain);
        const last = await journal.store.lastEpoch();
        const names = last ? (JSON.parse(last.input) as EpochInput).contenders : [];
        printStories(print, options.explain, stories, names);
        return stories.length > 0 ? EXIT.done : EXIT.failed;
      }
      // The tolerance only shades the frontier's star, and is the same in both profiles.
      printStandings(print, await readStandings(journal.store, { tolerance: LOCAL.tau }));
      return 0;
    } finally {
      journal.close();
    }
  },
};

function names({ coldkey, hotkey }: Options): { coldkey: string; hotkey: string } {
  if (coldkey === undefined || hotkey === undefined) {
    throw new ConfigError("af rank needs --coldkey NAME and --hotkey NAME of a validator of this machine, or --local", {
      code: "usage",
    });
  }
  return { coldkey, hotkey };
}

async function latestLocal(dataDir: string): Promise<string> {
  const [latest] = await localRuns(dataDir);
  if (!latest) throw new ConfigError("There is no run of the embedded network yet; run: af validate --local --once");
  return join(latest.path, "journal");
}
