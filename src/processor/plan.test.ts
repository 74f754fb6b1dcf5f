import { expect, test } from "bun:test";
import {
  bytesOf,
  gpuEvent,
  logRecord,
  recordBatch,
  START_MS,
  tokenEvent,
} from "../../tests/helpers/telemetry.ts";
import type { RejectReason } from "../telemetry/decode.ts";
import { type PlanRules, planBatch } from "./plan.ts";

const DAY_MS = 86_400_000;
const rules: PlanRules = {
  limits: { maxBytes: 10_000, maxFutureMs: 300_000, maxAgeMs: DAY_MS, legacyIntervalS: 1 },
  retentionMs: 30 * DAY_MS,
};

const planOf = (values: readonly unknown[], appendedMs = START_MS + 2_000) =>
  planBatch(
    recordBatch(
      "gpu.metrics.v1",
      0,
      values.map((value, at) => logRecord(10 + at, value, { appendedMs })),
    ),
    "gpu",
    rules,
  );

test("a good record becomes a write at its place, with its bytes as they came", () => {
  const event = gpuEvent("x");
  const plan = planOf([event]);
  expect(plan.writes).toEqual([
    {
      origin: "log/gpu.metrics.v1/0",
      offset: 10,
      kind: "gpu",
      tsMs: START_MS + 1_000,
      expiresMs: START_MS + 2_000 + 30 * DAY_MS,
      event,
      json: bytesOf(event),
    },
  ]);
  expect(plan.rejected).toEqual([]);
  expect([...plan.brokerDelayS]).toEqual([1]);
});

test.each<[RejectReason, unknown]>([
  ["malformed_json", "{"],
  ["schema_invalid", { ...gpuEvent("x"), utilization: -1 }],
  ["unsupported_version", { ...gpuEvent("x"), schema_version: 2 }],
  ["oversized", gpuEvent("x", START_MS, { pod: "p".repeat(10_001) })],
  ["too_future", gpuEvent("x", START_MS + 2_000 + 300_001)],
  ["too_old", gpuEvent("x", START_MS + 2_000 - DAY_MS - 1)],
])("a record that is %s is rejected as it came, and its neighbours are not", (reason, value) => {
  const plan = planOf([gpuEvent("a"), value, gpuEvent("b")]);
  expect(plan.writes.map(({ offset }) => offset)).toEqual([10, 12]);
  expect(plan.rejected.map((one) => [one.reason, one.record.offset, one.record.value])).toEqual([
    [reason, 11, bytesOf(value)],
  ]);
});

test("time limits are taken from the log's clock, so a replay years later decides the same", () => {
  const late = planOf([gpuEvent("x", START_MS)], START_MS + DAY_MS + 1);
  expect(late.rejected.map(({ reason }) => reason)).toEqual(["too_old"]);
  const again = planOf([gpuEvent("x", START_MS)], START_MS + DAY_MS);
  expect(again.rejected).toEqual([]);
});

test("an event of long ago is kept from the day it entered the log", () => {
  const old = { ...rules, limits: { ...rules.limits, maxAgeMs: 9e15 } };
  const batch = recordBatch("t", 0, [logRecord(0, gpuEvent("x", START_MS - 900 * DAY_MS))]);
  expect(planBatch(batch, "gpu", old).writes[0]!.expiresMs).toBe(START_MS + 2_000 + 30 * DAY_MS);
});

test("an event that got its identity here is counted, and its bytes no longer say what is stored", () => {
  const { event_id: _, ...nameless } = gpuEvent("x");
  const plan = planOf([nameless, gpuEvent("y")]);
  expect(plan.minted).toBe(1);
  expect(plan.writes[0]!.event.event_id).not.toBe("");
  expect(plan.writes.map(({ json }) => json !== undefined)).toEqual([false, true]);
});

test("a topic takes only its own kind", () => {
  expect(planOf([tokenEvent("t")]).rejected.map(({ reason }) => reason)).toEqual(["schema_invalid"]);
});
