import { microUsd } from "./money.ts";
import { priceFor } from "./prices.ts";
import { brief, type Rejection, rejection } from "./rejection.ts";
import type { RawEvent } from "./schema-check.ts";
import { parseTimestamp } from "./timestamp.ts";
import type { EventKind } from "./topics.ts";

export type LegacyLimits = {
  /** Seconds a GPU reading without an interval stands for. */
  readonly legacyIntervalS: number;
  /** Price for readings without one; the price book's when absent. */
  readonly legacyPriceMicroUsd?: number;
};

export type Modernised = { readonly raw: RawEvent } | { readonly rejected: Rejection };

type Renaming = { readonly to: string; readonly convert: (value: number) => number };

/** Field names and units of version 0. `mb` meant 1024 × 1024 bytes there: a 24 GiB card has 24576 of them. */
const renamings: Readonly<Record<EventKind, ReadonlyMap<string, Renaming>>> = {
  gpu: new Map([
    ["mem_used_mb", { to: "mem_used_bytes", convert: (mib) => Math.round(mib * 1_048_576) }],
    ["mem_total_mb", { to: "mem_total_bytes", convert: (mib) => Math.round(mib * 1_048_576) }],
    ["price_per_hour_usd", { to: "price_per_hour_microusd", convert: microUsd }],
  ]),
  token: new Map([
    ["prompt_tokens", { to: "input_tokens", convert: (count) => count }],
    ["completion_tokens", { to: "output_tokens", convert: (count) => count }],
    ["latency_ms", { to: "latency_s", convert: (ms) => ms / 1000 }],
  ]),
};

/**
 * A version 0 event, one without `schema_version`, as version 1 event: fields renamed, units converted, and what
 * version 0 did not say filled in. Whether it fits the schema then is not decided here.
 */
export function modernise(kind: EventKind, raw: RawEvent, limits: LegacyLimits): Modernised {
  const tsMs = legacyTimeMs(raw["ts"]);
  if (Number.isNaN(tsMs))
    return refuse(`ts: must be an ISO time, or seconds or milliseconds, got ${brief(raw["ts"])}`);
  const renamed: RawEvent = {};
  for (const [field, value] of Object.entries(raw)) {
    const renaming = renamings[kind].get(field);
    if (!renaming) renamed[field] = value;
    else if (typeof value === "number") renamed[renaming.to] ??= renaming.convert(value);
    else return refuse(`${field}: must be a number, got ${brief(value)}`);
  }
  const host = renamed["host"] ?? "unknown";
  const common: RawEvent = {
    schema_version: 1,
    source: "legacy",
    source_id: host,
    boot_id: "legacy",
    seq: 0,
    host,
    quality: "estimated",
  };
  const own = kind === "gpu" ? gpuDefaults(renamed, host, limits) : tokenDefaults(renamed, host);
  return { raw: { ...common, ...own, ...renamed, ts: new Date(tsMs).toISOString() } };
}

const refuse = (detail: string): Modernised => ({ rejected: rejection("schema_invalid", detail) });

function gpuDefaults(raw: RawEvent, host: unknown, limits: LegacyLimits): RawEvent {
  const model = raw["gpu_model"] ?? raw["name"];
  const price = legacyPrice(raw, model, limits);
  delete raw["name"];
  return {
    gpu_uuid: legacyGpuId(host, raw["gpu_index"]),
    gpu_model: model,
    interval_s: limits.legacyIntervalS,
    price_per_hour_microusd: price.microUsdPerHour,
    price_source: price.source,
  };
}

function legacyPrice(raw: RawEvent, model: unknown, limits: LegacyLimits) {
  const own = raw["price_per_hour_microusd"];
  if (own !== undefined) return { microUsdPerHour: own, source: "event" };
  if (limits.legacyPriceMicroUsd !== undefined)
    return { microUsdPerHour: limits.legacyPriceMicroUsd, source: "config" };
  return priceFor(String(model));
}

/** A token event that names host and index ran on the GPU whose readings name the same. */
function tokenDefaults(raw: RawEvent, host: unknown): RawEvent {
  const bound = raw["host"] !== undefined && raw["gpu_index"] !== undefined;
  const gpus = bound ? { gpu_uuids: [legacyGpuId(host, raw["gpu_index"])] } : {};
  return { kind: "request", requests: 1, ...gpus };
}

const legacyGpuId = (host: unknown, index: unknown): string => `${String(host)}/gpu${String(index)}`;

/** Seconds up to the year 5138, milliseconds from 1973 on, or ISO text, in UTC when it names no zone. */
function legacyTimeMs(ts: unknown): number {
  if (typeof ts === "string") return parseTimestamp(ts, "utc");
  if (typeof ts !== "number") return Number.NaN;
  const ms = Math.round(Math.abs(ts) < 1e11 ? ts * 1000 : ts);
  return ms >= 0 && ms < 253_402_300_800_000 ? ms : Number.NaN;
}
