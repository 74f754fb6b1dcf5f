import type { Charge } from "./charges.ts";
import type { FocusRow } from "./row.ts";

/** Names the rule of `docs/cost.md` by which a GPU's hour is shared out. */
const METHOD = "ca3-token-weight-v1";

type Allocation = Pick<
  FocusRow,
  | "AllocatedMethodId"
  | "AllocatedMethodDetails"
  | "AllocatedResourceId"
  | "AllocatedResourceName"
  | "AllocatedTags"
>;

/**
 * A GPU's hour is split among model, team and tenant, each an allocated charge of the GPU; the hour of a GPU on which
 * nothing ran is the part that is left unallocated. Tokens without a GPU were split off nothing.
 */
export function allocationOf(charge: Charge, nanoUsd: number): Allocation {
  const { gpuHour, model, team, tenant } = charge;
  const isPart = gpuHour !== undefined;
  const isAllocated = isPart && model !== "";
  const whole = gpuHour?.sums.costNanoUsd ?? 0;
  const tags = Object.fromEntries(
    Object.entries({ model, team, tenant }).filter(([, value]) => value !== ""),
  );
  return {
    AllocatedMethodId: isPart ? METHOD : null,
    AllocatedMethodDetails: isPart && whole > 0 ? details(nanoUsd / whole, charge) : null,
    AllocatedResourceId: isAllocated ? [model, team, tenant].join("/") : null,
    AllocatedResourceName: isAllocated ? model : null,
    AllocatedTags: isAllocated ? JSON.stringify(tags) : null,
  };
}

const details = (ratio: number, { inputTokens, outputTokens }: Charge): string =>
  JSON.stringify({
    Elements: [{ AllocatedRatio: ratio, UsageUnit: "Tokens", UsageQuantity: inputTokens + outputTokens }],
  });
