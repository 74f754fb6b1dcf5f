import { expect, test } from "bun:test";
import { logRecord, recordBatch } from "../../tests/helpers/telemetry.ts";
import type { OutRecord } from "../eventlog/port.ts";
import { Ca3Error } from "../support/errors.ts";
import { appendLetters, toDeadLetter, toDeadLetterRecord } from "./dead-letters.ts";

const record = logRecord(7, "{broken", { key: "GPU-1", headers: { "ca3-schema": "1" }, appendedMs: 5 });
const batch = recordBatch("gpu.metrics.v1", 3, [record]);
const rejected = { record, reason: "malformed_json", detail: "line 1\nat b" } as const;

test("the dead-letter record has bytes, key and headers as they came, with reason and place added", () => {
  expect(toDeadLetterRecord(batch, rejected)).toEqual({
    topic: "gpu.metrics.v1.dlq",
    key: "GPU-1",
    value: record.value,
    headers: {
      "ca3-schema": "1",
      "ca3-dlq-reason": "malformed_json",
      "ca3-dlq-detail": "line 1 at b",
      "ca3-dlq-origin": "log/gpu.metrics.v1/3",
      "ca3-dlq-offset": "7",
    },
    onceId: "log/gpu.metrics.v1/3/7",
    onceSinceMs: 5,
  });
});

test("the store's dead letter has the same identity and starts open", () => {
  expect(toDeadLetter(batch, rejected)).toEqual({
    id: "log/gpu.metrics.v1/3/7",
    origin: "log/gpu.metrics.v1/3",
    offset: 7,
    topic: "gpu.metrics.v1",
    key: "GPU-1",
    value: record.value,
    headers: { "ca3-schema": "1" },
    reason: "malformed_json",
    detail: "line 1 at b",
    appendedMs: 5,
    state: "open",
  });
});

test("a detail is cut to what fits a header", () => {
  const long = { ...rejected, detail: `${"x".repeat(10_000)}` };
  expect(toDeadLetterRecord(batch, long).headers!["ca3-dlq-detail"]!.length).toBe(500);
});

test("a letter that is larger than its topic takes goes without its bytes, and the others as they are", async () => {
  const taken: OutRecord[] = [];
  const append = async (records: readonly OutRecord[]) => {
    if (records.some(({ value }) => value.length > 10))
      throw new Ca3Error("CA3_RECORD_TOO_LARGE", "a record is larger than t.dlq takes");
    taken.push(...records);
  };
  const small = { topic: "t.dlq", key: "k", value: new Uint8Array(3), onceId: "a/0" };
  const headers = { "ca3-dlq-reason": "oversized", theirs: "x".repeat(1_000) };
  const large = { topic: "t.dlq", key: "k", value: new Uint8Array(99), headers, onceId: "a/1" };
  await appendLetters({ append }, [small, large, small]);
  const short = { "ca3-dlq-reason": "oversized", "ca3-dlq-left-out-bytes": "99" };
  expect(taken).toEqual([
    small,
    { topic: "t.dlq", key: null, value: new Uint8Array(0), headers: short, onceId: "a/1" },
    small,
  ]);
});

test("an outage of the dead-letter topic is no reason to leave anything out", async () => {
  const away = new Ca3Error("CA3_LOG_UNAVAILABLE", "the log is away");
  const letter = { topic: "t.dlq", key: null, value: new Uint8Array(3) };
  await expect(appendLetters({ append: () => Promise.reject(away) }, [letter])).rejects.toBe(away);
});
