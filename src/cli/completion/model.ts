import { type Catalogue, isBranch, leaves } from "../catalogue.ts";
import type { ArgDef } from "../command.ts";
import { topicItems } from "../help/topic-list.ts";
import { acceptedArgs } from "../setting-args.ts";

export type CompletionFlag = {
  /** Every spelling, dashes included. */
  readonly spellings: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly value: CompletionValue;
};

/** What can stand for a value: one of some words, a file, a folder, or anything. */
export type CompletionValue = {
  readonly words: readonly string[];
  readonly paths: "files" | "folders" | "none";
};

export type CompletionCommand = {
  /** Without `ca3`, such as `config check`. */
  readonly name: string;
  readonly flags: readonly CompletionFlag[];
  readonly argument: CompletionValue;
};

export type CompletionModel = {
  /** What may follow `ca3`, and what may follow a noun, with summaries. */
  readonly nouns: Readonly<Record<string, readonly (readonly [word: string, summary: string])[]>>;
  readonly commands: readonly CompletionCommand[];
};

/** Everything a shell needs to know. Loads every command, which nothing else does. */
export async function completionModel(catalogue: Catalogue): Promise<CompletionModel> {
  const entries = Object.entries(catalogue);
  const nouns: Record<string, (readonly [string, string])[]> = {
    "": entries.map(([name, { summary }]) => [name, summary] as const),
  };
  for (const [name, entry] of entries)
    if (isBranch(entry))
      nouns[name] = Object.entries(entry.verbs).map(([verb, { summary }]) => [verb, summary]);
  const commands = await Promise.all(
    [...leaves(catalogue)].map(async ([fullName, leaf]): Promise<CompletionCommand> => {
      const name = fullName.replace(/^ca3 /, "");
      const args = Object.entries(acceptedArgs((await leaf.load()).default));
      const positional = args.find(([, def]) => def.type === "positional")?.[1];
      const helped = [...Object.keys(catalogue), ...topicItems.map(([topic]) => topic)];
      return {
        name,
        flags: args.flatMap(([flag, def]) => (def.type === "positional" ? [] : [flagOf(flag, def)])),
        argument: name === "help" ? { words: helped, paths: "none" } : valueFor(positional),
      };
    }),
  );
  return { nouns, commands };
}

function flagOf(name: string, def: Exclude<ArgDef, { type: "positional" }>): CompletionFlag {
  const long = def.type === "boolean" && def.default === true ? `--no-${name}` : `--${name}`;
  const short = [def.alias ?? []].flat().map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`));
  const negative = def.type === "boolean" && def.default === true ? def.negativeDescription : undefined;
  return {
    spellings: [long, ...(long === `--${name}` ? short : [])],
    description: negative ?? def.description,
    takesValue: def.type !== "boolean",
    value: valueFor(def),
  };
}

function valueFor(def: ArgDef | undefined): CompletionValue {
  const words = def && "options" in def ? (def.options ?? []) : [];
  const hint = def && "valueHint" in def ? def.valueHint : undefined;
  return { words, paths: hint === "FILE" ? "files" : hint === "DIR" ? "folders" : "none" };
}
