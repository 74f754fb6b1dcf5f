import type { CompletionModel, CompletionValue } from "./model.ts";

/** A static completion script for bash 3.2 and newer: no process is started while a person types. */
export function bashCompletion({ nouns, commands }: CompletionModel): string {
  const valued = new Set(
    commands.flatMap(({ flags }) =>
      flags.flatMap((flag) => (flag.takesValue ? flag.spellings.map(quote) : [])),
    ),
  );
  const paths = [...Object.keys(nouns).filter((noun) => noun !== ""), ...commands.map(({ name }) => name)];
  const values = commands.flatMap(({ name, flags }) =>
    flags.flatMap(({ spellings, takesValue, value }) =>
      takesValue
        ? [`    ${spellings.map((one) => quote(`${name}:${one}`)).join("|")}) ${reply(value)}; return ;;`]
        : [],
    ),
  );
  const flags = commands.map(({ name, flags: all }) => {
    const words = all.flatMap(({ spellings }) => spellings).join(" ");
    return `      ${quote(name)}) _ca3_words ${quote(words)} ;;`;
  });
  const words = [
    ...Object.entries(nouns).map(([noun, members]) => [noun, members.map(([word]) => word).join(" ")]),
    ...commands.flatMap(({ name, argument: { words } }) =>
      words.length > 0 ? [[name, words.join(" ")]] : [],
    ),
  ].map(([name, list]) => `    ${quote(name!)}) _ca3_words ${quote(list!)} ;;`);
  const files = commands.flatMap(({ name, argument }) =>
    argument.paths === "none" ? [] : [`    ${quote(name)}) ${reply(argument)} ;;`],
  );
  return `# bash completion of ca3. Use it with: source <(ca3 completion bash)
_ca3_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_ca3() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" word i
  COMPREPLY=()
  # bash splits --flag=value at the equals sign
  if [[ "$cur" == "=" ]]; then cur=""; elif [[ "$prev" == "=" ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in
      --) return ;;
      ${[...valued].join("|") || "''"}) i=$((i + 1)); if [[ "\${COMP_WORDS[i]}" == "=" ]]; then i=$((i + 1)); fi ;;
      -*|=) ;;
      *)
        case "\${path:+$path }$word" in
          ${paths.map(quote).join("|")}) path="\${path:+$path }$word" ;;
        esac ;;
    esac
  done
  case "$path:$prev" in
${values.join("\n")}
  esac
  if [[ "$cur" == -* ]]; then
    case "$path" in
${flags.join("\n")}
      *) _ca3_words '--help --version --quiet --debug --no-color' ;;
    esac
    return
  fi
  case "$path" in
${[...words, ...files].join("\n")}
  esac
}
complete -o default -F _ca3 ca3`;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function reply({ words, paths }: CompletionValue): string {
  if (words.length > 0) return `_ca3_words ${quote(words.join(" "))}`;
  if (paths === "none") return ":";
  return `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -${paths === "files" ? "f" : "d"} -- "$cur"))`;
}
