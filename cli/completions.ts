/** Completion scripts for shells, from a description of the commands. Pure. @module */

/** A command as a shell needs to know it. */
export interface CompletionNode {
  /** Words after `af`. */
  readonly path: readonly string[];
  readonly help: string;
  readonly options: readonly { readonly flag: string; readonly help: string }[];
  /** Values of the first argument, where they are a fixed list. */
  readonly choices: readonly string[];
  readonly below: readonly CompletionNode[];
}

function all(node: CompletionNode): CompletionNode[] {
  return [node, ...node.below.flatMap(all)];
}

function words(node: CompletionNode): string[] {
  return [...node.below.map((below) => below.path.at(-1)!), ...node.choices, ...node.options.map(({ flag }) => flag)];
}

/** A `case` that maps the words before the cursor to the words that may follow; bash and zsh share it. */
function cases(root: CompletionNode): string {
  return all(root).map((node) => `    "${node.path.join(" ")}") echo "${words(node).join(" ")}" ;;`).join("\n");
}

function common(root: CompletionNode): string {
  return `_af_words() {
  case "$1" in
${cases(root)}
  esac
}
_af_path() {
  local path="" word next
  for word in "$@"; do
    case "$word" in -*) continue ;; esac
    next="\${path:+$path }$word"
    [ -n "$(_af_words "$next")" ] || break
    path="$next"
  done
  echo "$path"
}`;
}

/** For bash: to be sourced. */
export function bashScript(root: CompletionNode): string {
  return `# Completions of af for bash.
${common(root)}
_af() {
  local path
  path="$(_af_path "\${COMP_WORDS[@]:1:COMP_CWORD-1}")"
  COMPREPLY=($(compgen -W "$(_af_words "$path")" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _af af`;
}

/** For zsh: a file `_af` in a directory of \`$fpath\`. */
export function zshScript(root: CompletionNode): string {
  return `#compdef af
# Completions of af for zsh.
${common(root)}
_af() {
  local path_words
  path_words="$(_af_path "\${(@)words[2,CURRENT-1]}")"
  compadd -- \${=$(_af_words "$path_words")} || _files
}
if [ "$funcstack[1]" = "_af" ]; then _af "$@"; else compdef _af af; fi`;
}

/** For fish. */
export function fishScript(root: CompletionNode): string {
  const quote = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = ["# Completions of af for fish.", "complete -c af -f"];
  for (const node of all(root)) {
    const names = node.below.map((below) => below.path.at(-1)!);
    const seen = node.path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const here = [...seen, ...(names.length ? [`not __fish_seen_subcommand_from ${names.join(" ")}`] : [])].join(
      "; and ",
    );
    const when = here ? ` -n ${quote(here)}` : "";
    for (const below of node.below) {
      lines.push(`complete -c af${when} -a ${below.path.at(-1)} -d ${quote(below.help)}`);
    }
    for (const choice of node.choices) lines.push(`complete -c af${when} -a ${choice}`);
    const at = seen.length ? ` -n ${quote(seen.join("; and "))}` : "";
    for (const { flag, help } of node.options) {
      lines.push(`complete -c af${at} -l ${flag.slice(2)} -d ${quote(help)}`);
    }
  }
  return lines.join("\n");
}
