import { closest } from "../support/closest.ts";
import { Ca3Error } from "../support/errors.ts";
import type { Args, ArgsDef, GivenFlags, PositionalArg } from "./command.ts";
import { readWords } from "./words.ts";

export type Parsed<A extends ArgsDef> = {
  readonly args: Args<A>;
  readonly given: GivenFlags;
  readonly rest: readonly string[];
};

/**
 * The arguments of a command, checked by our guard and typed by citty. `rest` says that the words after `--` belong to
 * another program; otherwise they are positionals, as POSIX has it. Throws CA3_USAGE.
 */
export async function parseCommand<A extends ArgsDef>(
  name: string,
  words: readonly string[],
  args: A,
  options: { rest?: boolean } = {},
): Promise<Parsed<A>> {
  const read = readWords(words, args);
  const positionals = options.rest ? read.positionals : [...read.positionals, ...read.rest];
  const { single, many } = place(name, positionals, args);
  const lists = Object.entries(args).filter(([, def]) => "multiple" in def && def.multiple);
  const plain = Object.entries(args).filter(([key]) => !lists.some(([list]) => list === key));
  for (const [key, def] of plain)
    if (def.type !== "positional" && "required" in def && def.required && !read.flags.has(key))
      throw new Ca3Error("CA3_USAGE", `${name} needs --${key}`, { hint: `${name} --help` });
  const { parseArgs } = await import("citty");
  const typed = parseArgs(
    [...canonical(read.flags), "--", ...single],
    Object.fromEntries(plain) as unknown as Parameters<typeof parseArgs>[1],
  );
  const values: Record<string, unknown> = {};
  for (const [key, def] of plain) values[key] = typed[key] ?? (def.type === "boolean" ? false : undefined);
  for (const [key] of lists) values[key] = read.flags.get(key) ?? many[key] ?? [];
  return {
    args: values as Args<A>,
    given: Object.fromEntries(read.flags),
    rest: options.rest ? read.rest : [],
  };
}

function* canonical(flags: ReadonlyMap<string, string | boolean | readonly string[]>): Generator<string> {
  for (const [name, value] of flags) {
    if (typeof value === "boolean") yield value ? `--${name}` : `--no-${name}`;
    else if (typeof value === "string") yield `--${name}=${value}`;
  }
}

/** Gives each positional its word, refuses surplus and missing ones. */
function place(name: string, words: readonly string[], args: ArgsDef) {
  const slots = Object.entries(args).filter(
    (entry): entry is [string, PositionalArg] => entry[1].type === "positional",
  );
  const list = slots.find(([, def]) => def.multiple);
  const singles = slots.filter(([, def]) => !def.multiple);
  const single = words.slice(0, singles.length);
  const more = words.slice(singles.length);
  const missing =
    singles.slice(single.length).find(([, def]) => def.required !== false && def.default === undefined) ??
    (more.length === 0 && list?.[1].required !== false ? list : undefined);
  const usage = { hint: `${name} --help` };
  for (const [i, [slot, def]] of singles.entries()) {
    const word = single[i];
    if (word === undefined || !def.options || def.options.includes(word)) continue;
    const near = closest(word, def.options);
    throw new Ca3Error(
      "CA3_USAGE",
      `${def.valueHint ?? slot.toUpperCase()} must be one of ${def.options.join(", ")}, got ${word}`,
      near === undefined ? usage : { hint: `${name} ${near}` },
    );
  }
  if (missing)
    throw new Ca3Error(
      "CA3_USAGE",
      `${name} needs ${missing[1].valueHint ?? missing[0].toUpperCase()}`,
      usage,
    );
  if (more.length > 0 && !list) {
    const takes = singles.length === 0 ? "takes no arguments" : `takes ${singles.length} at most`;
    throw new Ca3Error("CA3_USAGE", `surplus argument ${more[0]}: ${name} ${takes}`, usage);
  }
  return { single, many: list ? { [list[0]]: more } : ({} as Record<string, string[]>) };
}
