import type { EventLog, LogRecord, OutRecord, RecordBatch } from "../eventlog/port.ts";
import type { DeadLetter } from "../store/port.ts";
import { Ca3Error } from "../support/errors.ts";
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

/**
 * Appends records to dead-letter topics. One that is larger than its topic takes, because somebody else made that topic,
 * goes without its bytes and headers, which the store keeps: nothing may hold the others up.
 */
export async function appendLetters(
  log: Pick<EventLog, "append">,
  letters: readonly OutRecord[],
): Promise<void> {
  try {
    await log.append([...letters]);
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    for (const letter of letters) {
      await log.append([letter]).catch((failure: unknown) => {
        if (!isTooLarge(failure)) throw failure;
        return log.append([withoutBytes(letter)]);
      });
    }
  }
}

const isTooLarge = (error: unknown) => error instanceof Ca3Error && error.code === "CA3_RECORD_TOO_LARGE";

const withoutBytes = ({ headers = {}, ...letter }: OutRecord): OutRecord => ({
  ...letter,
  key: null,
  value: new Uint8Array(0),
  headers: {
    ...Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("ca3-dlq-"))),
    "ca3-dlq-left-out-bytes": String(letter.value.length),
  },
});

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
