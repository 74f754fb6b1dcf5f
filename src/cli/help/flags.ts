import type { ArgDef, ArgsDef } from "../command.ts";

type Item = readonly [term: string, meaning: string];

/** The flags as help-page items: spelling on the left; meaning, variable and default on the right. */
export const flagItems = (args: ArgsDef): Item[] =>
  Object.entries(args).flatMap(([name, def]) =>
    def.type === "positional" ? [] : [[spelling(name, def), meaning(def)] as const],
  );

/** The words without dashes as help-page items. */
export const positionalItems = (args: ArgsDef): Item[] =>
  Object.entries(args).flatMap(([name, def]) =>
    def.type === "positional" ? [[valueName(name, def), meaning(def)] as const] : [],
  );

/** How the arguments are typed: `ca3 dlq show [flags] TOPIC [ID …]`. */
export function usageLine(name: string, args: ArgsDef, rest?: string): string {
  const words = [name, "[flags]"];
  for (const [key, def] of Object.entries(args)) {
    if (def.type === "positional") {
      const word = valueName(key, def) + (def.multiple ? " …" : "");
      words.push(def.required === false || def.default !== undefined ? `[${word}]` : word);
    } else if ("required" in def && def.required) words.splice(1, 0, `--${key} ${valueName(key, def)}`);
  }
  if (rest !== undefined) words.push(`-- ${rest}`);
  return words.join(" ");
}

/** What stands for the value: the hint, the choices, or the name in capitals. */
function valueName(name: string, def: ArgDef): string {
  if (def.type === "boolean") return "";
  return def.valueHint ?? name.toUpperCase();
}

function spelling(name: string, def: ArgDef): string {
  if (def.type === "positional") return name;
  const short = [def.alias ?? []].flat().map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`));
  if (def.type === "boolean")
    return [...short, def.default === true ? `--no-${name}` : `--${name}`].join(", ");
  return `${[...short, `--${name}`].join(", ")} ${valueName(name, def)}`;
}

function meaning(def: ArgDef): string {
  const negative = def.type === "boolean" && def.default === true ? def.negativeDescription : undefined;
  const facts: string[] = [];
  if (def.type === "enum") facts.push(def.options.join("|"));
  if (def.env !== undefined) facts.push(`$${def.env}`);
  const preset = def.defaultText ?? (def.type === "boolean" ? undefined : def.default);
  if (preset !== undefined) facts.push(`default ${preset}`);
  if ("multiple" in def && def.multiple && def.type === "string") facts.push("may be repeated");
  const text = negative ?? def.description;
  return facts.length === 0 ? text : `${text} (${facts.join(", ")})`;
}
