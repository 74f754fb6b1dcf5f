import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { TelemetryEvent } from "../../src/telemetry/events.ts";
import { buildReport, reportQueries } from "../../src/telemetry/report.ts";
import { groupings, type Report } from "../../src/telemetry/report-model.ts";
import { DIMENSIONS } from "../../src/telemetry/rollup.ts";
import { memoryStore } from "../helpers/memory-store.ts";
import { gpuEvents, tokenEvents } from "../samples/arbitrary-events.ts";
import { gpuEvent, HOUR_MS, tokenEvent } from "../samples/events.ts";
import { rowsOf } from "../samples/rows.ts";
import { fill, sampleEvents, testApi } from "./api.ts";

async function apiOver(events: readonly TelemetryEvent[]) {
  const store = memoryStore();
  await fill(store, events);
  return { ...(await testApi({ store })), store };
}
const ordered = (events: readonly TelemetryEvent[]) => [...events].sort((a, b) => (a.ts < b.ts ? -1 : 1));
type SeriesBody = {
  times: number[];
  stepSeconds: number;
  partialFrom: number | null;
  notes: string[];
  series: { key: string; values: Record<string, (number | null)[]> }[];
};

test("the report is what `buildReport` makes of the same rows, whatever the events and the grouping", () =>
  fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.oneof(gpuEvents, tokenEvents), { maxLength: 40, selector: (one) => one.event_id }),
      fc.constantFrom(...groupings),
      async (events, by) => {
        const { read, store } = await apiOver(ordered(events));
        const [hours] = reportQueries({ fromMs: 0, toMs: 8.64e15 });
        const rows = await store.queryRollups(hours!);
        expect(rows).toHaveLength(rowsOf(events).length);
        const expected = buildReport(rows, by);
        expect(await read<Report>(`/api/v1/report?by=${by}`)).toEqual(JSON.parse(JSON.stringify(expected)));
        const { groups } = await read<{ groups: Report["groups"] }>(`/api/v1/groups?by=${by}`);
        expect(groups).toEqual(JSON.parse(JSON.stringify(expected.groups)));
        const { totals } = await read<{ totals: Report["totals"] }>("/api/v1/totals");
        expect(totals).toEqual(JSON.parse(JSON.stringify(expected.totals)));
      },
    ),
    { numRuns: 40 },
  ));

test("a chart over everything sums to the totals, by every dimension", async () => {
  const { read } = await apiOver(sampleEvents());
  const { totals } = await read<Report>("/api/v1/report");
  for (const groupBy of ["", ...DIMENSIONS.map((name) => `&groupBy=${name}`)])
    for (const resolution of ["", "&resolution=10", "&resolution=3600"]) {
      const query = `last=all&metrics=inputTokens,requests,energyJoules,usedMicroUsd,idleMicroUsd`;
      const { series } = await read<SeriesBody>(`/api/v1/series?${query}${groupBy}${resolution}`);
      const sum = (name: string) =>
        series.flatMap((line) => line.values[name]!).reduce<number>((all, one) => all + one!, 0);
      expect([sum("inputTokens"), sum("requests")]).toEqual([totals.inputTokens, totals.requests]);
      expect(sum("energyJoules")).toBeCloseTo(totals.energyJoules, 6);
      // Money per point is rounded to whole micro-dollars.
      const points = series.length * (series[0]?.values["usedMicroUsd"]?.length ?? 0);
      expect(Math.abs(sum("usedMicroUsd") - totals.usedMicroUsd)).toBeLessThanOrEqual(points);
      expect(Math.abs(sum("idleMicroUsd") - totals.idleMicroUsd)).toBeLessThanOrEqual(points);
    }
});

describe("a range", () => {
  const at = (minute: number) => new Date(HOUR_MS + minute * 60_000).toISOString();
  const events = [5, 15, 25].map((minute) =>
    tokenEvent({ event_id: `t-${minute}`, ts: at(minute), input_tokens: minute }),
  );
  const inputTokens = async (query: string) =>
    (await (await apiOver(events)).read<Report>(`/api/v1/report?${query}`)).totals.inputTokens;

  test.each([
    ["last=all", 45],
    ["last=16m", 40],
    ["last=6m", 25],
    [`from=${at(10)}&to=${at(20)}`, 15],
    [`to=${at(10)}`, 5],
    [`from=${at(26)}`, 0],
  ])("%s counts what lies in it", async (query, expected) => expect(await inputTokens(query)).toBe(expected));
});

test("groups are sorted by a figure when asked, those without it last", async () => {
  const { read } = await apiOver([
    gpuEvent(),
    tokenEvent({ model: "a", latency_s: 3, output_tokens: 1 }),
    tokenEvent({ event_id: "t2", model: "b", output_tokens: 9 }),
    tokenEvent({ event_id: "t3", model: "c", latency_s: 5, output_tokens: 5 }),
  ]);
  const keys = async (query: string) =>
    (await read<{ groups: Report["groups"] }>(`/api/v1/groups?by=model&${query}`)).groups.map(
      (one) => one.key,
    );
  expect(await keys("sort=outputTokens")).toEqual(["b", "c", "a"]);
  expect(await keys("sort=outputTokens&order=asc")).toEqual(["a", "c", "b"]);
  expect(await keys("sort=meanLatencySeconds")).toEqual(["c", "a", "b"]);
  expect(await keys("sort=meanLatencySeconds&order=asc&limit=2")).toEqual(["a", "c"]);
  expect(await keys("sort=key&order=asc")).toEqual(["a", "b", "c"]);
});

test("a chart of the last minutes has a point for every step and names those that may still grow", async () => {
  const { read, clock } = await apiOver(sampleEvents());
  await clock.advance(3_000);
  const body = await read<SeriesBody>("/api/v1/series?last=1m&metrics=requests,utilization&groupBy=gpu");
  expect(body.times).toHaveLength(7);
  expect(body.partialFrom).toBe(body.times.at(-1)!);
  expect(body.series.map((line) => line.key)).toEqual(["", "GPU-a", "GPU-b"]);
  expect(body.series[1]!.values["utilization"]!.slice(0, 6)).toEqual(Array(6).fill(0.5));
  expect(body.series[1]!.values["utilization"]!.at(-1)).toBeNull();
});

test("a chart of what is no longer kept so finely says so", async () => {
  const { read } = await apiOver([]);
  const { notes } = await read<SeriesBody>(
    "/api/v1/series?from=2026-02-20T00:00:00Z&to=2026-02-20T01:00:00Z&resolution=10",
  );
  expect(notes).toEqual([
    "Steps of 10 s are kept since 2026-03-01T04:30:00.000Z; what is older is told by coarser ones only.",
  ]);
});
