import type { LogRecord, OutRecord, RecordBatch } from "../eventlog/port.ts";
import type { DeadLetter } from "../store/port.ts";
import { deadLetterTopic } from "../telemetry/topics.ts";
import type { Rejected } from "./plan.ts";

const MAX_DETAIL = 500;

/** Identity of a rejected record; the dead-letter topic and the store hold it once. */
export const deadLetterId = (origin: string, offset: number): string => `${origin}/${offset}`;

/** The record for the dead-letter topic: bytes, key and headers as they came, with why and from where added. */
export function toDeadLetterRecord(batch: RecordBatch, { record, reason, detail }: Rejected): OutRecord {
  return {
    topic: deadLetterTopic(batch.topic),
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      "ca3-dlq-reason": reason,
      "ca3-dlq-detail": printable(detail),
      "ca3-dlq-origin": batch.origin,
      "ca3-dlq-offset": String(record.offset),
    },
    onceId: deadLetterId(batch.origin, record.offset),
    onceSinceMs: record.appendedMs,
  };
}

/** The same for the store, where people list, read and replay it. */
export function toDeadLetter(batch: RecordBatch, { record, reason, detail }: Rejected): DeadLetter {
  return {
    id: deadLetterId(batch.origin, record.offset),
    origin: batch.origin,
    offset: record.offset,
    topic: batch.topic,
    key: record.key,
    value: record.value,
    headers: record.headers,
    reason,
    detail: printable(detail),
    appendedMs: record.appendedMs,
    state: "open",
  };
}

/** The record of a batch at an offset; the batch holds it. */
export const recordAt = (batch: RecordBatch, offset: number): LogRecord =>
  batch.records.find((record) => record.offset === offset)!;

/** A detail may quote what somebody sent; it must fit a header and a line of a terminal. */
const printable = (detail: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
  detail.replace(/[\u0000-\u001f\u007f]+/g, " ").slice(0, MAX_DETAIL);
