import type { TelemetryEvent } from "../../telemetry/events.ts";
import type { EventKind } from "../../telemetry/topics.ts";
import type { StoredEvent } from "../port.ts";
import type { BsonWriter } from "./bson/writer.ts";
import { FieldRules, fieldsOf, type OtherFields, writeFields } from "./event-fields.ts";

/** What one document may hold, as every MongoDB says it; https://www.mongodb.com/docs/manual/reference/limits/ */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** The latest time a date can hold, ms; the earliest is the same with a minus. */
const MAX_DATE_MS = 8.64e15;

/** Fields that are ours; an event's own fields of these names are kept in `other_json`. */
export type OwnFields = {
  readonly _id: string;
  readonly ts: Date;
  /** The event's time as it was written, where that is not what `ts` prints as. */
  readonly ts_text?: string;
  /** From when on its age counts: its expiry less the retention, see `indexes.ts`. */
  readonly aged_from: Date;
  readonly origin: string;
  readonly offset: number;
};
export type EventDocument = OwnFields & OtherFields & Readonly<Record<string, unknown>>;

const rules = new FieldRules(
  ["_id", "ts_text", "aged_from", "origin", "offset"] satisfies (keyof OwnFields)[],
  // these two are kept as `_id` and `ts`
  ["event_id", "ts"],
);

/**
 * Writes an event as a document whose fields are those of the event. Returns why it can never be stored, and writes
 * nothing then.
 */
export function writeEvent(into: BsonWriter, item: StoredEvent, retentionMs: number): string | undefined {
  const { event, tsMs, expiresMs, origin, offset } = item;
  const misfit = wrongNumber(item);
  if (misfit !== undefined) return misfit;
  const start = into.open();
  into.string("_id", event.event_id);
  into.date("ts", tsMs);
  if (!isIsoOf(event.ts, tsMs)) into.string("ts_text", event.ts);
  into.date("aged_from", expiresMs - retentionMs);
  into.string("origin", origin);
  into.int64("offset", offset);
  writeFields(into, event, rules);
  into.close(start);
  const bytes = into.end - start;
  if (bytes <= MAX_DOCUMENT_BYTES) return undefined;
  into.rewind(start);
  return `the event has ${bytes} bytes as a document, at most ${MAX_DOCUMENT_BYTES} can be stored`;
}

function wrongNumber(item: StoredEvent): string | undefined {
  for (const name of ["tsMs", "expiresMs", "offset"] as const)
    if (!Number.isSafeInteger(item[name])) return `${name} is ${item[name]}, which is not a whole number`;
  if (Math.abs(item.tsMs) > MAX_DATE_MS || Math.abs(item.expiresMs) > MAX_DATE_MS)
    return `tsMs is ${item.tsMs} and expiresMs ${item.expiresMs}, at most ${MAX_DATE_MS} is a date`;
  return undefined;
}

/** The event that a document holds, with the retention that is in force. */
export function readEvent(kind: EventKind, document: EventDocument, retentionMs: number): StoredEvent {
  const { _id, ts, ts_text, aged_from, origin, offset, ...fields } = document;
  const event = { event_id: _id, ...fieldsOf(fields), ts: ts_text ?? ts.toISOString() };
  return {
    kind,
    tsMs: ts.getTime(),
    expiresMs: aged_from.getTime() + retentionMs,
    origin,
    offset,
    event: event as unknown as TelemetryEvent,
  };
}

const SECOND_MS = 1000;
const ZERO = 48;
const Z = 90;
let lastSecond = Number.NaN;
let lastPrefix = "";

/**
 * Whether a text is what a time prints as; both far cheaper than printing each. Most events share their second with the one
 * before, so its text is remembered.
 */
function isIsoOf(text: string, ms: number): boolean {
  const second = Math.floor(ms / SECOND_MS);
  if (second !== lastSecond) {
    lastSecond = second;
    lastPrefix = new Date(second * SECOND_MS).toISOString().slice(0, -4);
  }
  const millis = ms - second * SECOND_MS;
  const at = lastPrefix.length;
  return (
    text.length === at + 4 &&
    text.charCodeAt(at + 3) === Z &&
    text.charCodeAt(at + 2) === ZERO + (millis % 10) &&
    text.charCodeAt(at + 1) === ZERO + (Math.floor(millis / 10) % 10) &&
    text.charCodeAt(at) === ZERO + Math.floor(millis / 100) &&
    text.startsWith(lastPrefix)
  );
}
