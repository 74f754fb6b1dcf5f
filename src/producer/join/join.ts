import { createGpuDirectory, type GpuDirectory } from "./directory.ts";
import { createGpuOwners, type GpuOwners } from "./owners.ts";
import type { JoinRule } from "./rules.ts";
import { createTokenOwners, type TokenOwners } from "./token-owners.ts";

/** What the sources of one process know together, so that nothing is counted twice and tokens find their GPUs. */
export type Join = {
  readonly rules: readonly JoinRule[];
  readonly owners: GpuOwners;
  readonly directory: GpuDirectory;
  readonly tokens: TokenOwners;
};

/** @param order names of the sources, the preferred ones first; may still grow while they are opened */
export const createJoin = (rules: readonly JoinRule[], order: readonly string[]): Join => ({
  rules,
  owners: createGpuOwners(order),
  directory: createGpuDirectory(),
  tokens: createTokenOwners(),
});
