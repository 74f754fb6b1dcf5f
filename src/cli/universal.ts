import { closest } from "../support/closest.ts";
import { Ca3Error } from "../support/errors.ts";
import { universalArgs } from "./shared-args.ts";
import { knownFlags } from "./words.ts";

/**
 * Sorts out what every command shares: help is asked for anywhere before `--`, `--version` first is the command
 * `version`, and shared switches before the command move behind it. Any other flag there throws CA3_USAGE.
 */
export function splitUniversal(argv: readonly string[]): { words: readonly string[]; wantsHelp: boolean } {
  const end = argv.indexOf("--");
  const ours = end === -1 ? argv : argv.slice(0, end);
  const wantsHelp = ours.includes("-h") || ours.includes("--help");
  const known = knownFlags(universalArgs);
  const leading: string[] = [];
  const words = [...argv];
  while (words[0]?.startsWith("-")) {
    const word = words.shift()!;
    if (word === "--version") return { words: ["version", ...leading, ...words], wantsHelp };
    if (!known.has(word)) refuse(word, [...known.keys(), "--version"]);
    leading.push(word);
  }
  return { words: words.length === 0 ? [] : [words[0]!, ...leading, ...words.slice(1)], wantsHelp };
}

function refuse(word: string, candidates: readonly string[]): never {
  const near = closest(word, candidates);
  throw new Ca3Error("CA3_USAGE", `unknown flag ${word} before a command`, {
    hint: near === undefined ? "put the flags of a command after its name" : `did you mean ${near}?`,
  });
}
