import { mintedEventId } from "./event-id.ts";
import type { GpuEvent, TelemetryEvent, TokenEvent } from "./events.ts";
import { modernise } from "./legacy.ts";
import { brief, type Rejection, rejection } from "./rejection.ts";
import { explainMisfit, fitsSchema, type RawEvent } from "./schema-check.ts";
import { SCHEMA_VERSION } from "./schema-version.ts";
import { gpuProblem, tokenProblem } from "./semantic-check.ts";
import { parseTimestamp } from "./timestamp.ts";
import type { EventKind } from "./topics.ts";

export { type RejectReason, rejectReasons } from "./rejection.ts";

export type DecodeLimits = {
  /** Largest record, in bytes. */
  readonly maxBytes: number;
  /** How far an event may lie ahead of the moment at which the log took it. */
  readonly maxFutureMs: number;
  /** How far an event may lie behind that moment; absent means any age. */
  readonly maxAgeMs?: number;
  /** Seconds a GPU reading without an interval stands for. */
  readonly legacyIntervalS: number;
  /** Price for readings that name none; the price book's when absent. */
  readonly legacyPriceMicroUsd?: number;
};

export type Decoded =
  | {
      readonly ok: true;
      readonly event: TelemetryEvent;
      readonly tsMs: number;
      /** Came without `schema_version`, with the names and units of version 0. */
      readonly legacy: boolean;
      /** Came without `event_id` and got one made from its bytes. */
      readonly minted: boolean;
    }
  | Rejection;

export type EncodedRecord = {
  readonly value: Uint8Array;
  readonly appendedMs: number;
  readonly origin: string;
  readonly offset: number;
};

/**
 * Bytes from the log as an event, or why they can never be one. Pure and total: the same record and limits give the
 * same answer whenever they are asked, and no input throws. Fields that the schema does not name are kept.
 */
export function decodeEvent(kind: EventKind, record: EncodedRecord, limits: DecodeLimits): Decoded {
  const { value, appendedMs } = record;
  if (value.byteLength > limits.maxBytes)
    return rejection("oversized", `${value.byteLength} bytes, the limit is ${limits.maxBytes}`);
  let parsed: unknown;
  let flat: boolean;
  try {
    const text = utf8.decode(value);
    parsed = JSON.parse(text);
    flat = !text.includes("{", 1) && !text.includes("[", 1);
  } catch (error) {
    return rejection("malformed_json", (error as Error).message.slice(0, LONGEST_MESSAGE));
  }
  if (!isPlainObject(parsed))
    return rejection("schema_invalid", `the record must be a JSON object, got ${brief(parsed)}`);
  if (Object.hasOwn(parsed, "__proto__"))
    return rejection("schema_invalid", "__proto__: not allowed as the name of a field");
  if (!flat && isDeeperThan(parsed, MOST_LEVELS))
    return rejection("schema_invalid", `nested deeper than ${MOST_LEVELS} levels`);
  return readObject(kind, parsed, value, appendedMs, limits);
}

function readObject(
  kind: EventKind,
  parsed: RawEvent,
  bytes: Uint8Array,
  appendedMs: number,
  limits: DecodeLimits,
): Decoded {
  let raw = parsed;
  const version = raw["schema_version"];
  if (typeof version === "number" && version > SCHEMA_VERSION)
    return rejection(
      "unsupported_version",
      `schema_version: ${version}, the newest known is ${SCHEMA_VERSION}`,
    );
  const legacy = version === undefined;
  if (legacy) {
    const modern = modernise(kind, raw, limits);
    if ("rejected" in modern) return modern.rejected;
    raw = modern.raw;
  }
  const minted = raw["event_id"] === undefined;
  if (minted) raw["event_id"] = mintedEventId(bytes);
  if (!fitsSchema(kind, raw)) return explainMisfit(kind, raw);
  const problem = kind === "gpu" ? gpuProblem(raw as GpuEvent) : tokenProblem(raw as TokenEvent);
  if (problem !== undefined) return rejection("schema_invalid", problem);
  const tsMs = readTime(raw.ts);
  const misplaced = timeProblem(raw.ts, tsMs, appendedMs, limits);
  return misplaced ?? { ok: true, event: raw, tsMs, legacy, minted };
}

const LONGEST_MESSAGE = 200;

/** A mark before the text is not JSON, so it is not skipped; bytes that are not UTF-8 throw. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Stores refuse documents of more than a hundred levels; no event needs more than two. */
const MOST_LEVELS = 32;

const isPlainObject = (value: unknown): value is RawEvent =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isDeeperThan = (value: unknown, levels: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1)));

let lastTs = "";
let lastTsMs = Number.NaN;

/** Events of one scrape share their time, so the last one read is remembered. */
function readTime(ts: string): number {
  if (ts !== lastTs) {
    lastTsMs = parseTimestamp(ts);
    lastTs = ts;
  }
  return lastTsMs;
}

function timeProblem(
  ts: string,
  tsMs: number,
  appendedMs: number,
  limits: DecodeLimits,
): Rejection | undefined {
  if (Number.isNaN(tsMs))
    return rejection("schema_invalid", `ts: must be an RFC 3339 time with its zone, got ${brief(ts)}`);
  const aheadMs = tsMs - appendedMs;
  if (aheadMs > limits.maxFutureMs)
    return rejection(
      "too_future",
      `ts: ${brief(ts)} is ${aheadMs} ms ahead of the log, the limit is ${limits.maxFutureMs} ms`,
    );
  if (limits.maxAgeMs !== undefined && -aheadMs > limits.maxAgeMs)
    return rejection(
      "too_old",
      `ts: ${brief(ts)} is ${-aheadMs} ms behind the log, the limit is ${limits.maxAgeMs} ms`,
    );
  return undefined;
}
