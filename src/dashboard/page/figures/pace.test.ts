import { expect, test } from "bun:test";
import { gpuEvent, tokenEvent } from "../../../../tests/samples/events.ts";
import { rowsOf } from "../../../../tests/samples/rows.ts";
import { buildReport } from "../../../telemetry/report.ts";
import type { Rates, Totals } from "../data/types.ts";
import { paceOf } from "./pace.ts";

const { totals } = buildReport(rowsOf([gpuEvent(), tokenEvent()]), "model");
const answer: Totals = { totals, from: "2026-03-01T10:00:00Z", to: "2026-03-01T10:00:10Z", notes: [] };
const now = Date.parse("2026-03-01T10:10:00Z");
const ratesAt = (asOf: string): Rates => ({
  ...{ asOf, windowSeconds: 60, inputTokensPerSecond: 1, outputTokensPerSecond: 1, requestsPerSecond: 1 },
  ...{ usedMicroUsdPerHour: 1, idleMicroUsdPerHour: 1, powerWatts: 1, gpus: 1 },
});
const live = { range: { kind: "live" } } as const;
const fresh = ratesAt("2026-03-01T10:09:50Z");

test.each([
  ["live shows the last minute", live, answer, fresh, 60],
  ["stopped a moment ago, still the last minute", { ...live, stoppedMs: now - 30_000 }, answer, fresh, 60],
  ["stopped long ago, the mean of what is shown", { ...live, stoppedMs: now - 900_000 }, answer, fresh, 10],
  ["rates of years ago are not of now", live, answer, ratesAt("2023-11-16T19:14:10Z"), 10],
  ["other ranges show their mean", { range: { kind: "all" } } as const, answer, fresh, 10],
  ["without an answer there is none", { range: { kind: "all" } } as const, undefined, fresh, undefined],
  ["without events there is none", live, { ...answer, from: null, to: null }, null, undefined],
])("%s", (_name, view, known, rates, seconds) =>
  expect(paceOf(view, known, rates, now)?.seconds).toBe(seconds as number),
);

test("the qualities are those of the figures beside it", () =>
  expect(paceOf(live, answer, fresh, now)?.provenance).toEqual({ tokens: ["measured"], gpus: ["measured"] }));
