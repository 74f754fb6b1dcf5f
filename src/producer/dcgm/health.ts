import { formatDuration } from "../../support/format.ts";
import { utilizationOf } from "./event.ts";
import type { Card } from "./page.ts";

/** What figures are made of that no card of the page tells. */
export function missingFields(cards: readonly Card[]): readonly string[] {
  const parts = cards.flatMap((card) => card.parts);
  const lacks = (name: string, has: boolean) => (has || cards.length === 0 ? [] : [name]);
  return [
    ...lacks(
      "utilization",
      parts.some(({ values }) => utilizationOf(values) !== undefined),
    ),
    ...lacks(
      "engine_active",
      parts.some(({ values }) => values.engineActive !== undefined),
    ),
    ...lacks(
      "mem_used_bytes",
      parts.some(({ values }) => values.memUsedBytes !== undefined),
    ),
    ...lacks(
      "power_w",
      cards.some(({ board }) => board.powerW !== undefined),
    ),
    ...lacks(
      "energy_j_total",
      cards.some(({ board }) => board.energyJ !== undefined),
    ),
  ];
}

export type DcgmState = {
  readonly gone: ReadonlyMap<string, { readonly sinceMs: number }>;
  readonly countedBy: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
  readonly nowMs: number;
};

/** More would not fit a line. */
const MOST_NAMED = 3;

/** What people should know about the cards of an exporter, in sentences. */
export function remarksOn({ gone, countedBy, missing, nowMs }: DcgmState): readonly string[] {
  const lost = [...gone];
  const others = Map.groupBy(countedBy, ([, by]) => by);
  const energyless = missing.includes("energy_j_total") && missing.includes("power_w");
  return [
    ...(lost.length === 0
      ? []
      : [
          `${some(lost.map(([gpu, { sinceMs }]) => `${gpu} (for ${formatDuration(nowMs - sinceMs)})`))} gone from the page, not counted`,
        ]),
    ...[...others].map(([by, gpus]) => `${some(gpus.map(([gpu]) => gpu))} counted from ${by}`),
    ...(energyless ? ["no power and no energy on the page, so energy counts as 0 and is estimated"] : []),
    ...(missing.includes("utilization")
      ? ["no utilisation on the page, so it counts as 0 and is estimated"]
      : []),
    ...(missing.includes("mem_used_bytes") ? ["no memory on the page"] : []),
  ];
}

const some = (names: readonly string[]): string =>
  names.length <= MOST_NAMED
    ? names.join(", ")
    : `${names.slice(0, MOST_NAMED).join(", ")} and ${names.length - MOST_NAMED} more`;
