import type { MigInstance } from "./listing.ts";

/** A share of a card that is divided by MIG. */
export type MigPart = {
  /** UUID of the instance, or `unallocated` for what no instance has. */
  readonly id: string;
  /** Such as `3g.40gb`; undefined for what no instance has. */
  readonly profile: string | undefined;
  /** Share of the whole card; those of all parts of a card sum to one. */
  readonly fraction: number;
};

export const UNALLOCATED = "unallocated";

/**
 * Compute slices of a whole card. Source: supported profiles in NVIDIA's Multi-Instance GPU User Guide: seven, but four
 * on A30 and on the RTX PRO cards.
 */
const slicesOf = (model: string): number => (/\bA30\b|\bRTX PRO\b/i.test(model) ? 4 : 7);

/** Compute slices of a profile: 3 of `3g.40gb`, 1 of `1c.3g.40gb`; one for a profile that cannot be read. */
function slicesOfProfile(profile: string): number {
  const [, compute, gpu] = /^(?:(\d+)c\.)?(\d+)g\./.exec(profile) ?? [];
  return Math.max(1, Number(compute ?? gpu ?? 1));
}

/**
 * Shares a card out by compute slices. What no instance has is a part of its own: the card is paid for as a whole, and
 * what nobody was given is idle.
 */
export function shareOut(model: string, instances: readonly MigInstance[]): MigPart[] {
  const slices = instances.map(({ profile }) => slicesOfProfile(profile));
  const given = slices.reduce((sum, one) => sum + one, 0);
  const total = Math.max(slicesOf(model), given);
  const parts: MigPart[] = instances.map(({ uuid, profile }, at) => ({
    id: uuid,
    profile,
    fraction: slices[at]! / total,
  }));
  return given === total
    ? parts
    : [...parts, { id: UNALLOCATED, profile: undefined, fraction: (total - given) / total }];
}
