import type { CompletionCommand, CompletionFlag, CompletionModel, CompletionValue } from "./model.ts";

/** A static completion script for zsh, to be saved as `_ca3` in a folder of `$fpath`, or sourced after `compinit`. */
export function zshCompletion({ nouns, commands }: CompletionModel): string {
  const leaf = (name: string) => commands.find((command) => command.name === name)!;
  const verbs = Object.keys(nouns).filter((noun) => noun !== "");
  const cases = nouns[""]!.map(([name]) =>
    verbs.includes(name)
      ? `        ${name}) _ca3_${name} ;;`
      : `        ${name}) _arguments -s -S ${specs(leaf(name))} ;;`,
  );
  return `#compdef ca3
# zsh completion of ca3. Use it with: source <(ca3 completion zsh)
_ca3() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C -S '1: :->command' '*:: :->rest' '(-h --help)'{-h,--help}'[Show help]' '--version[Print the version]'
  case $state in
    command)
      local -a names=(${described(nouns[""]!)})
      _describe command names ;;
    rest)
      case $line[1] in
${cases.join("\n")}
      esac ;;
  esac
}
${verbs.map((noun) => nounFunction(noun, nouns[noun]!, leaf)).join("\n")}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _ca3 "$@"; else compdef _ca3 ca3; fi`;
}

function nounFunction(
  noun: string,
  verbs: readonly (readonly [string, string])[],
  leaf: (name: string) => CompletionCommand,
): string {
  return `_ca3_${noun}() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C -S '1: :->verb' '*:: :->rest'
  case $state in
    verb)
      local -a names=(${described(verbs)})
      _describe command names ;;
    rest)
      case $line[1] in
${verbs.map(([verb]) => `        ${verb}) _arguments -s -S ${specs(leaf(`${noun} ${verb}`))} ;;`).join("\n")}
      esac ;;
  esac
}`;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const described = (items: readonly (readonly [string, string])[]): string =>
  items.map(([word, summary]) => quote(`${word}:${summary.replaceAll(":", "\\:")}`)).join(" ");

const specs = ({ flags, argument }: CompletionCommand): string =>
  [...flags.flatMap(flagSpecs), quote(`*: :${action(argument)}`)].join(" ");

function flagSpecs({ spellings, description, takesValue, value }: CompletionFlag): string[] {
  const text = description.replace(/[[\]:\\]/g, "\\$&");
  return spellings.map((spelling) => {
    const assign = takesValue ? (spelling.startsWith("--") ? "=" : "+") : "";
    return quote(`*${spelling}${assign}[${text}]${takesValue ? `: :${action(value)}` : ""}`);
  });
}

function action({ words, paths }: CompletionValue): string {
  if (words.length > 0) return `(${words.join(" ")})`;
  return paths === "files" ? "_files" : paths === "folders" ? "_files -/" : " ";
}
