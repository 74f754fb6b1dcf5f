import { expect, test } from "bun:test";
import { logRecord, recordBatch } from "../../tests/helpers/telemetry.ts";
import { toDeadLetter, toDeadLetterRecord } from "./dead-letters.ts";

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
