import type { LogRecord, RecordBatch } from "../eventlog/port.ts";
import type { StoredEvent } from "../store/port.ts";
import { type DecodeLimits, decodeEvent, type RejectReason } from "../telemetry/decode.ts";
import type { Slo } from "../telemetry/slo.ts";
import type { EventKind } from "../telemetry/topics.ts";

/** A record that can never be stored: it goes to the dead-letter topic with its bytes as they came. */
export type Rejected = {
  readonly record: LogRecord;
  /** Machine-readable class: a reason of the decoder, or `store_refused`. */
  readonly reason: RejectReason | "store_refused";
  readonly detail: string;
};

/** What is to be done with one batch. Every record is in `writes` or in `rejected`, both in order of offset. */
export type BatchPlan = {
  readonly batch: RecordBatch;
  readonly kind: EventKind;
  readonly bytes: number;
  /** May name the same event more than once; which of them is kept is the store's answer. */
  readonly writes: readonly StoredEvent[];
  readonly rejected: readonly Rejected[];
  /** Events that came without an identity and got one from their place in the log. */
  readonly minted: number;
  /** By index into `writes`: seconds from the event to its place in the log, never below 0. */
  readonly brokerDelayS: Float64Array;
  /** What its requests are judged by. */
  readonly slo: Slo | undefined;
};

export type PlanRules = {
  readonly limits: DecodeLimits;
  /** How long an event is kept after it happened or entered the log, whichever is later. */
  readonly retentionMs: number;
  /** What requests are judged by; absent when nothing is declared. */
  readonly slo?: Slo;
};

/**
 * Pure: the same records give the same plan, whoever makes it and whenever, because every decision depends on the
 * record's bytes and on the time at which the log took it. A replay therefore stores what it stored before and
 * rejects what it rejected before.
 */
export function planBatch(batch: RecordBatch, kind: EventKind, rules: PlanRules): BatchPlan {
  const { records, origin } = batch;
  const writes: StoredEvent[] = [];
  const rejected: Rejected[] = [];
  const brokerDelayS = new Float64Array(records.length);
  let minted = 0;
  let bytes = 0;
  for (let at = 0; at < records.length; at++) {
    const record = records[at]!;
    const { value, appendedMs, offset, unreadable } = record;
    bytes += value.length;
    if (unreadable !== undefined) {
      rejected.push({ record, reason: "unreadable", detail: unreadable });
      continue;
    }
    const decoded = decodeEvent(kind, { value, appendedMs, origin, offset }, rules.limits);
    if (!decoded.ok) {
      rejected.push({ record, reason: decoded.reason, detail: decoded.detail });
      continue;
    }
    const { event, tsMs } = decoded;
    const expiresMs = Math.max(tsMs, appendedMs) + rules.retentionMs;
    brokerDelayS[writes.length] = Math.max(0, appendedMs - tsMs) / 1000;
    if (decoded.minted) minted++;
    if (decoded.legacy || decoded.minted) writes.push({ origin, offset, kind, tsMs, expiresMs, event });
    else writes.push({ origin, offset, kind, tsMs, expiresMs, event, json: value });
  }
  return { batch, kind, bytes, writes, rejected, minted, brokerDelayS, slo: rules.slo };
}
