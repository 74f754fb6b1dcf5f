import { ADDRESS_USD_PER_HOUR, DISK_USD_PER_GB_MONTH, HOURS_PER_MONTH, hourlyUsd } from "./prices.ts";

export type Priced = { readonly type: string; readonly diskGb: number };

/** What running machines cost by the list, with everything that is paid for besides: disks and public addresses. */
export type Cost = {
  readonly hourlyUsd: number;
  readonly monthlyUsd: number;
  /** Types that the price list does not have; they are not in the sums. */
  readonly unpriced: readonly string[];
};

/** Each machine has a public address: its own, or the elastic one in its place. */
export function costOf(machines: readonly Priced[]): Cost {
  const hourly = machines.reduce(
    (sum, { type, diskGb }) =>
      sum +
      (hourlyUsd[type] ?? 0) +
      ADDRESS_USD_PER_HOUR +
      (diskGb * DISK_USD_PER_GB_MONTH) / HOURS_PER_MONTH,
    0,
  );
  const unpriced = [...new Set(machines.map(({ type }) => type).filter((type) => !(type in hourlyUsd)))];
  return { hourlyUsd: hourly, monthlyUsd: hourly * HOURS_PER_MONTH, unpriced };
}
