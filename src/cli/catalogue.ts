import { closest } from "../support/closest.ts";
import { Ca3Error } from "../support/errors.ts";
import type { CommandModule } from "./command.ts";

/** What a command is for, or where it works; the order of the root help page. */
export const groups = ["Run", "Look", "Set up", "Kubernetes", "AWS", "Help"] as const;
export type Group = (typeof groups)[number];

type Summed = { readonly summary: string };
/** A command that runs. `load` keeps everything but its name and summary out of memory until it is wanted. */
export type Leaf = Summed & { readonly load: () => Promise<{ readonly default: CommandModule }> };
/** A noun with verbs, such as `config check`. */
export type Branch = Summed & {
  readonly verbs: Readonly<Record<string, Leaf>>;
  /** Typed alone it lists its verbs, instead of refusing. */
  readonly listsVerbs?: boolean;
};
export type Entry = (Leaf | Branch) & { readonly group: Group };
export type Catalogue = Readonly<Record<string, Entry>>;

export type FoundCommand =
  | { readonly kind: "leaf"; readonly name: string; readonly entry: Leaf; readonly words: readonly string[] }
  | {
      readonly kind: "branch";
      readonly name: string;
      readonly entry: Branch;
      readonly words: readonly string[];
    };

export const isBranch = (entry: Leaf | Branch): entry is Branch => "verbs" in entry;

/**
 * The command that `words` begin with, and the words left for it. Flags before a noun's verb stay with the words. A
 * branch is the answer when the words end before a verb. Throws CA3_USAGE otherwise, with at most one suggestion, which
 * `typed` puts into the words to type.
 */
export function findCommand(
  catalogue: Catalogue,
  words: readonly string[],
  typed: (name: string) => string = (name) => `ca3 ${name}`,
): FoundCommand {
  const [name = "", ...after] = words;
  const entry = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (!entry) {
    const near = closest(name, Object.keys(catalogue));
    throw new Ca3Error("CA3_USAGE", `unknown command ${name}`, {
      hint: near === undefined ? "ca3 help" : `did you mean ${typed(near)}?`,
    });
  }
  if (!isBranch(entry)) return { kind: "leaf", name: `ca3 ${name}`, entry, words: after };
  const at = after.findIndex((word) => !word.startsWith("-"));
  const end = after.indexOf("--");
  const verb = at === -1 || (end !== -1 && end < at) ? undefined : after[at]!;
  if (verb === undefined) return { kind: "branch", name: `ca3 ${name}`, entry, words: after };
  const leaf = Object.hasOwn(entry.verbs, verb) ? entry.verbs[verb] : undefined;
  if (!leaf) {
    const verbs = Object.keys(entry.verbs);
    const near = closest(verb, verbs);
    throw new Ca3Error("CA3_USAGE", `unknown command ca3 ${name} ${verb}`, {
      hint: near === undefined ? `ca3 ${name} --help` : `did you mean ${typed(`${name} ${near}`)}?`,
    });
  }
  return { kind: "leaf", name: `ca3 ${name} ${verb}`, entry: leaf, words: after.toSpliced(at, 1) };
}

/** Every command that runs, by its full name. */
export function* leaves(catalogue: Catalogue): Generator<readonly [name: string, leaf: Leaf]> {
  for (const [name, entry] of Object.entries(catalogue)) {
    if (!isBranch(entry)) yield [`ca3 ${name}`, entry];
    else for (const [verb, leaf] of Object.entries(entry.verbs)) yield [`ca3 ${name} ${verb}`, leaf];
  }
}
