/** What a number comes from: qualities of the token events, of the GPU events, or of both. */
export type Provenance = { readonly tokens?: readonly string[]; readonly gpus?: readonly string[] };

/** How far a number can be trusted, worst last. */
export const levels = ["measured", "estimated", "synthetic", "unknown"] as const;
export type Level = (typeof levels)[number];

export type Badge = { readonly level: Level; readonly text: string; readonly detail: string };

/** The qualities of events, in the words of the badges; an interpolated value is an estimate. */
const levelOf = (quality: string): Level =>
  quality === "measured" ? "measured" : quality === "synthetic" ? "synthetic" : "estimated";

const worst = (found: readonly Level[]): Level =>
  found.length === 0 ? "unknown" : levels.findLast((level) => found.includes(level))!;

/**
 * One badge for a number: as good as the worst of what it is made of, and it names the part that is to blame when the
 * other one is better.
 */
export function badgeOf(provenance: Provenance): Badge {
  const parts = (["tokens", "gpus"] as const)
    .filter((kind) => provenance[kind] !== undefined && provenance[kind].length > 0)
    .map((kind) => ({ kind, found: provenance[kind]!.map(levelOf) }));
  const level = worst(parts.flatMap(({ found }) => found));
  if (level === "unknown")
    return { level, text: "no data", detail: "Nothing is stored that this could be computed from." };
  const guilty = parts.filter(({ found }) => found.includes(level));
  const all = guilty.every(({ found }) => found.every((one) => one === level));
  const subject = guilty.length < parts.length ? ` ${nounOf(guilty[0]!.kind)}` : "";
  return {
    level,
    text: `${all ? "" : "partly "}${level}${subject}`,
    detail: parts.map(({ kind, found }) => `${nounOf(kind)}: ${[...new Set(found)].join(", ")}`).join("; "),
  };
}

const nounOf = (kind: "tokens" | "gpus"): string => (kind === "tokens" ? "tokens" : "GPUs");

/** What each level means, for the panel behind the badge. */
export const levelMeanings: Readonly<Record<Level, string>> = {
  measured: "Read from a machine or reported by a server.",
  estimated: "Derived from measurements of something else, or filled in between two of them.",
  synthetic: "Produced by a model or a generator, not by a working machine.",
  unknown: "Nothing is stored that this could be computed from.",
};
