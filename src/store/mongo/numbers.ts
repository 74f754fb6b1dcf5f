import type { Long } from "mongodb";

/** The driver gives integers beyond 2^53 as objects of their own; sums are kept as numbers here. */
export const toNumber = (value: number | Long): number =>
  typeof value === "number" ? value : value.toNumber();
