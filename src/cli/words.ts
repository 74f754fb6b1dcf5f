import { closest } from "../support/closest.ts";
import { Ca3Error } from "../support/errors.ts";
import type { ArgDef, ArgsDef } from "./command.ts";

/** A command line, understood: every flag by its full name, every value where it belongs. */
export type Words = {
  /** In the order of the line; a repeatable flag has a list. */
  readonly flags: ReadonlyMap<string, string | boolean | readonly string[]>;
  readonly positionals: readonly string[];
  /** What follows `--`. */
  readonly rest: readonly string[];
};

type Flag = { readonly name: string; readonly def: ArgDef; readonly off: boolean };

/**
 * The guard in front of citty, which would ignore unknown flags, turn their values into positionals, read a missing
 * value as an empty string and keep only the last of a repeated flag. Anything that is not exactly declared throws
 * CA3_USAGE; grouped short switches (`-qy`) are split, and stops at `--`.
 */
export function readWords(words: readonly string[], args: ArgsDef): Words {
  const known = knownFlags(args);
  const flags = new Map<string, string | boolean | readonly string[]>();
  const positionals: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === "--") return { flags, positionals, rest: queue };
    if (word === "-" || !word.startsWith("-")) positionals.push(word);
    else if (word.startsWith("--")) readLong(word, known, queue, flags);
    else readShort(word, known, queue, flags);
  }
  return { flags, positionals, rest: [] };
}

/** Every spelling a flag may have, dashes included. */
export function knownFlags(args: ArgsDef): ReadonlyMap<string, Flag> {
  const known = new Map<string, Flag>();
  for (const [name, def] of Object.entries(args)) {
    if (def.type === "positional") continue;
    known.set(`--${name}`, { name, def, off: false });
    if (def.type === "boolean") known.set(`--no-${name}`, { name, def, off: true });
    for (const alias of [def.alias ?? []].flat())
      known.set(alias.length === 1 ? `-${alias}` : `--${alias}`, { name, def, off: false });
  }
  return known;
}

type Found = Map<string, string | boolean | readonly string[]>;
type Known = ReadonlyMap<string, Flag>;

function readLong(word: string, known: Known, queue: string[], into: Found): void {
  const equals = word.indexOf("=");
  const spelling = equals === -1 ? word : word.slice(0, equals);
  const inline = equals === -1 ? undefined : word.slice(equals + 1);
  const flag = known.get(spelling) ?? unknown(spelling, known);
  if (flag.def.type === "boolean") into.set(flag.name, switchValue(spelling, inline) !== flag.off);
  else add(flag, spelling, inline ?? next(spelling, queue), into);
}

function readShort(word: string, known: Known, queue: string[], into: Found): void {
  for (let i = 1; i < word.length; i++) {
    const spelling = `-${word[i]}`;
    const flag = known.get(spelling) ?? unknown(i === 1 ? word : spelling, known, word);
    if (flag.def.type === "boolean") {
      if (word[i + 1] === "=") refuse(`${spelling} takes no value, got ${word}`);
      into.set(flag.name, true);
      continue;
    }
    const attached = word.slice(i + 1).replace(/^=/, "");
    const inline = i + 1 < word.length ? attached : undefined;
    add(flag, spelling, inline ?? next(spelling, queue), into);
    return;
  }
}

function unknown(spelling: string, known: Known, group = spelling): never {
  const shown = spelling === group ? spelling : `${spelling} in ${group}`;
  const near = known.has(`-${spelling}`) ? `-${spelling}` : closest(spelling, [...known.keys()]);
  refuse(`unknown flag ${shown}`, near && `did you mean ${near}?`);
}

function switchValue(spelling: string, inline: string | undefined): boolean {
  if (inline === undefined || inline === "true") return true;
  if (inline === "false") return false;
  refuse(`${spelling} takes no value, got ${JSON.stringify(inline)}`, `${spelling} or ${spelling}=false`);
}

/** The next word is the value, unless it is a flag; `-` and negative numbers are values. */
function next(spelling: string, queue: string[]): string {
  const word = queue[0];
  if (word === undefined || word === "--") refuse(`${spelling} needs a value`);
  if (word.startsWith("-") && word !== "-" && !/^-(\d|\.\d)/.test(word))
    refuse(`${spelling} needs a value`, `${spelling}=${word} if ${word} is the value`);
  queue.shift();
  return word;
}

function add({ name, def }: Flag, spelling: string, value: string, into: Found): void {
  if (value === "") refuse(`${spelling} needs a value, got an empty one`);
  if (def.type === "enum" && !def.options.includes(value)) {
    const near = closest(value, def.options);
    refuse(
      `${spelling} must be one of ${def.options.join(", ")}, got ${value}`,
      near && `${spelling} ${near}`,
    );
  }
  const before = into.get(name);
  if (def.type === "string" && def.multiple) into.set(name, [...((before as string[]) ?? []), value]);
  else if (before === undefined || before === value) into.set(name, value);
  else refuse(`${spelling} is given twice, as ${before} and ${value}`, "give it once");
}

function refuse(message: string, hint?: string): never {
  throw new Ca3Error("CA3_USAGE", message, hint === undefined ? {} : { hint });
}
