import type { CompletionFlag, CompletionModel, CompletionValue } from "./model.ts";

/** A static completion script for fish, to be saved as `~/.config/fish/completions/ca3.fish` or sourced. */
export function fishCompletion({ nouns, commands }: CompletionModel): string {
  const lines = ["# fish completion of ca3. Use it with: ca3 completion fish | source", "complete -c ca3 -f"];
  for (const [noun, members] of Object.entries(nouns)) {
    const verbs = members.map(([verb]) => verb).join(" ");
    const when = noun === "" ? "__fish_use_subcommand" : `${seen(noun)}; and not ${seen(verbs)}`;
    for (const [word, summary] of members)
      lines.push(`complete -c ca3 -n ${quote(when)} -a ${quote(word)} -d ${quote(summary)}`);
  }
  for (const { name, flags, argument } of commands) {
    const when = quote(name.split(" ").map(seen).join("; and "));
    for (const flag of flags) lines.push(`complete -c ca3 -n ${when} ${flagWords(flag)}`);
    if (argument.words.length > 0 || argument.paths !== "none")
      lines.push(`complete -c ca3 -n ${when} ${valueWords(argument)}`);
  }
  return lines.join("\n");
}

const seen = (words: string): string => `__fish_seen_subcommand_from ${words}`;
const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

function flagWords({ spellings, description, takesValue, value }: CompletionFlag): string {
  const names = spellings.map((one) => (one.startsWith("--") ? `-l ${one.slice(2)}` : `-s ${one.slice(1)}`));
  const after = takesValue ? ` ${valueWords(value)}` : "";
  return `${names.join(" ")}${after} -d ${quote(description)}`;
}

function valueWords({ words, paths }: CompletionValue): string {
  if (words.length > 0) return `-x -a ${quote(words.join(" "))}`;
  if (paths === "files") return "-r -F";
  return paths === "folders" ? "-x -a '(__fish_complete_directories)'" : "-x";
}
