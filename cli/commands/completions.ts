/** `af completions SHELL`: a completion script made from the command table. @module */
import type { Command as Parser } from "commander";
import type { Command } from "../command.ts";
import { bashScript, type CompletionNode, fishScript, zshScript } from "../completions.ts";
import { fullProgram } from "../program.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

interface CompletionsOptions {
  readonly shell: keyof typeof SCRIPTS;
}

/** The command. */
export const command: Command<CompletionsOptions> = {
  name: "completions",
  configure(parser) {
    parser.addArgument(parser.createArgument("<shell>", "your shell").choices(Object.keys(SCRIPTS)))
      .addHelpText(
        "after",
        "\nbash: source <(af completions bash)\nzsh:  af completions zsh > a directory of $fpath/_af\n" +
          "fish: af completions fish > ~/.config/fish/completions/af.fish",
      );
  },
  async run({ print }, options) {
    print.text(SCRIPTS[options.shell](describe(await fullProgram(), [])));
    return 0;
  },
};

function describe(parser: Parser, path: readonly string[]): CompletionNode {
  const help = parser.createHelp();
  const options = [...help.visibleOptions(parser), ...help.visibleGlobalOptions(parser)];
  return {
    path,
    help: parser.description(),
    options: options.flatMap((option) => option.long ? [{ flag: option.long, help: option.description }] : []),
    choices: parser.registeredArguments[0]?.argChoices ?? [],
    below: parser.commands.map((below) => describe(below, [...path, below.name()])),
  };
}
