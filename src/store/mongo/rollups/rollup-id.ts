import { hash } from "node:crypto";
import type { Dimensions, ResolutionS, RollupKey } from "../../../telemetry/rollup.ts";

/** Width 0 stands for all time: one per partition and kind, for freshness. */
export type Width = ResolutionS | 0;
export type StoredKey = Omit<RollupKey, "resolutionS"> & { readonly resolutionS: Width };

/** 128 bits: rollups of one bucket that share them are not to be expected before there are 10^18. */
const HASH_CHARACTERS = 22;
/** The years that RFC 3339 can write; times beyond them are no events. */
const FIRST_MS = Date.UTC(0, 0) - 1900 * 365.2425 * 86_400_000;
const LAST_MS = Date.UTC(10_000, 0) - 1;

const series = new WeakMap<Dimensions, { readonly origin: string; readonly name: string }>();

/**
 * `<width>/<bucket>/<kind>/<series>`: the same rollup always has the same one, and those of a span of time are next to
 * each other, so that no index is needed but that of ids.
 */
export const rollupId = (key: StoredKey): string =>
  `${bucketStart(key.resolutionS, key.bucketMs)}/${key.kind}/${seriesName(key)}`;

/** First and last bound of the ids of one width with buckets from `fromMs` to `toMs`, which is not included. */
export function idRange(width: Width, fromMs: number, toMs: number): { $gte: string; $lt: string } {
  return { $gte: bucketStart(width, fromMs), $lt: toMs > LAST_MS ? `${width}0` : bucketStart(width, toMs) };
}
/** Bounds of all ids of one width; "0" is the character after "/". */
export const allIds = (width: Width): { $gte: string; $lt: string } => ({
  $gte: `${width}/`,
  $lt: `${width}0`,
});

function bucketStart(width: Width, ms: number): string {
  return `${width}/${new Date(Math.min(LAST_MS, Math.max(FIRST_MS, ms))).toISOString()}`;
}

/** The planner gives all rollups of a series the same dimensions, so what was made of them is found by them. */
function seriesName({ origin, dimensions }: StoredKey): string {
  const known = series.get(dimensions);
  if (known?.origin === origin) return known.name;
  const { host, gpu, gpuModel, model, team, tenant, quality, source } = dimensions;
  const parts = [origin, host, gpu, gpuModel, model, team, tenant, quality, source];
  const name = hash("sha256", JSON.stringify(parts), "base64url").slice(0, HASH_CHARACTERS);
  series.set(dimensions, { origin, name });
  return name;
}
