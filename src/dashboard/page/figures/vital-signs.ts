export type VitalLevel = "ok" | "warn" | "bad";

/** Readings come every ten seconds or so; a minute without any is worth a look, ten mean that nothing comes. */
const OLD_MS = 60_000;
const DEAD_MS = 600_000;

/** Age of the newest event of all kinds; undefined when nothing is stored. */
export function ageOf(
  kinds: readonly { readonly newest: string | null }[],
  nowMs: number,
): number | undefined {
  const newest = kinds.flatMap(({ newest }) => (newest === null ? [] : [Date.parse(newest)]));
  return newest.length === 0 ? undefined : Math.max(0, nowMs - Math.max(...newest));
}

export const freshnessLevel = (ageMs: number | undefined): VitalLevel =>
  ageMs === undefined || ageMs < OLD_MS ? "ok" : ageMs < DEAD_MS ? "warn" : "bad";
