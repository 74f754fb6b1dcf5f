import type { RollupRow } from "../../store/port.ts";
import { shareGpuHour } from "../cost/attribution.ts";
import { type GpuHour, gpuHours } from "../cost/gpu-hour.ts";
import { type Placement, placeTokens } from "../cost/placement.ts";
import { dimension, poolTokens } from "../cost/pool.ts";
import { shareOut } from "../cost/share.ts";
import { getOrAdd } from "../get-or-add.ts";

/** What one model, team and tenant cost on one GPU in one clock hour; without names, what nobody is charged for. */
export type Charge = {
  readonly hourMs: number;
  /** Absent when the tokens ran in an hour without GPU readings. */
  readonly gpuHour: GpuHour | undefined;
  readonly model: string;
  readonly team: string;
  readonly tenant: string;
  usedNanoUsd: number;
  idleNanoUsd: number;
  heldMs: number;
  energyMilliJ: number;
  requests: number;
  inputTokens: number;
  cacheReadTokens: number;
  outputTokens: number;
  readonly tokenQualities: Set<string>;
};

const counts = ["requests", "inputTokens", "cacheReadTokens", "outputTokens"] as const;

/** Every charge of a window. They sum to the bill to the billionth of a dollar, and to all tokens. */
export function chargesOf(rows: readonly RollupRow[]): Charge[] {
  const hours = gpuHours(rows.filter((row) => row.kind === "gpu"));
  const pools = poolTokens(
    rows.filter((row) => row.kind === "token"),
    (row) => JSON.stringify([dimension(row, "model"), dimension(row, "team"), dimension(row, "tenant")]),
  );
  const placements = placeTokens(pools, hours);
  const byHour = new Map<GpuHour | number, Map<string, Charge>>();
  const chargeFor = (place: GpuHour | undefined, hourMs: number, key: string) =>
    getOrAdd(
      getOrAdd(byHour, place ?? hourMs, () => new Map<string, Charge>()),
      key,
      () => newCharge(place, hourMs, key),
    );
  for (const hour of hours)
    for (const share of shareGpuHour(hour)) {
      const charge = chargeFor(hour, hour.hourMs, share.key);
      charge.usedNanoUsd += share.usedNanoUsd;
      charge.idleNanoUsd += share.idleNanoUsd;
      charge.heldMs += share.busyMs + share.idleMs;
      charge.energyMilliJ += share.energyMilliJ;
    }
  for (const placement of placements) addTokens(placement, chargeFor);
  return [...byHour.values()].flatMap((charges) => [...charges.values()]).filter(isWorthALine);
}

function addTokens(
  { pool, gpuHours: places, parts }: Placement,
  chargeFor: (place: GpuHour | undefined, hourMs: number, key: string) => Charge,
): void {
  const targets = places.length > 0 ? places : [undefined];
  const weights = places.length > 0 ? parts : [1n];
  const charges = targets.map((place) => chargeFor(place, pool.hourMs, pool.key));
  for (const name of counts) {
    const shares = shareOut(pool.sums[name], weights);
    for (const [at, charge] of charges.entries()) charge[name] += shares[at]!;
  }
  for (const charge of charges) for (const quality of pool.qualities) charge.tokenQualities.add(quality);
}

/** A charge of nothing yet; without a GPU hour it is for tokens that ran on no known GPU. */
export function newCharge(gpuHour: GpuHour | undefined, hourMs: number, key: string): Charge {
  const [model, team, tenant] = key === "" ? ["", "", ""] : (JSON.parse(key) as [string, string, string]);
  const nothing = { usedNanoUsd: 0, idleNanoUsd: 0, heldMs: 0, energyMilliJ: 0 };
  const noTokens = { requests: 0, inputTokens: 0, cacheReadTokens: 0, outputTokens: 0 };
  return { hourMs, gpuHour, model, team, tenant, ...nothing, ...noTokens, tokenQualities: new Set() };
}

const isWorthALine = (charge: Charge): boolean =>
  charge.usedNanoUsd + charge.idleNanoUsd + charge.heldMs + charge.energyMilliJ > 0 ||
  counts.some((name) => charge[name] > 0);
