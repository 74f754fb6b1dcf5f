import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { gpuEvents, tokenEvents } from "../../tests/samples/arbitrary-events.ts";
import { HOUR_MS } from "../../tests/samples/events.ts";
import { rowsOf } from "../../tests/samples/rows.ts";
import type { RollupQuery, RollupRow } from "../store/port.ts";
import type { TelemetryEvent } from "./events.ts";
import { reportQueries, reportRows } from "./report-query.ts";
import { addSums, zeroSums } from "./rollup.ts";

const at = (minutes: number) => HOUR_MS + minutes * 60_000;
const asked = (fromMs: number, toMs: number) =>
  reportQueries({ fromMs, toMs }).map((query) => [
    query.resolutionS,
    (query.fromMs - HOUR_MS) / 60_000,
    (query.toMs - HOUR_MS) / 60_000,
  ]);

test.each([
  ["whole hours", at(0), at(180), [[3600, 0, 180]]],
  [
    "a part of an hour at both ends",
    at(30),
    at(190),
    [
      [60, 30, 60],
      [3600, 60, 180],
      [60, 180, 190],
    ],
  ],
  ["minutes within an hour", at(10), at(20), [[60, 10, 20]]],
  [
    "minutes around the turn of an hour",
    at(50),
    at(70),
    [
      [60, 50, 60],
      [60, 60, 70],
    ],
  ],
  ["a part of a minute, which counts as a whole one", at(10) + 1, at(11) + 1, [[60, 10, 12]]],
  ["nothing", at(10), at(10), []],
])("reportQueries asks for %s once", (_name, fromMs, toMs, expected) =>
  expect(asked(fromMs, toMs)).toEqual(expected),
);

/** Answers from events as a store does. */
const storeOf = (events: readonly TelemetryEvent[]) => ({
  queryRollups: async ({ resolutionS, fromMs, toMs }: RollupQuery) =>
    rowsOf(events, resolutionS).filter(({ bucketMs }) => bucketMs! >= fromMs && bucketMs! < toMs),
});
const total = (rows: readonly RollupRow[]) => {
  const sums = zeroSums();
  for (const row of rows) addSums(sums, row.sums);
  return sums;
};

describe("reportRows", () => {
  const events = fc.array(fc.oneof(gpuEvents, tokenEvents), { maxLength: 30 });
  test("count what happened in the minutes of the window, each event once", async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.nat(200), fc.nat(200), async (all, from, minutes) => {
        const window = { fromMs: at(from), toMs: at(from + minutes) };
        const minutely = rowsOf(all, 60).filter(
          ({ bucketMs }) => bucketMs! >= window.fromMs && bucketMs! < window.toMs,
        );
        expect(total(await reportRows(storeOf(all), window, at(400)))).toEqual(total(minutely));
      }),
    );
  });

  test("are all there are when no end is given", async () => {
    await fc.assert(
      fc.asyncProperty(events, async (all) => {
        expect(total(await reportRows(storeOf(all), {}, at(400)))).toEqual(total(rowsOf(all)));
      }),
    );
  });

  test("come by the hour where minutes are no longer kept", async () => {
    const queries: RollupQuery[] = [];
    const store = {
      queryRollups: async (query: RollupQuery) => {
        queries.push(query);
        return [];
      },
    };
    await reportRows(store, { fromMs: at(30), toMs: at(90) }, at(60 * 24 * 365));
    expect(queries.map(({ resolutionS, fromMs, toMs }) => [resolutionS, fromMs, toMs])).toEqual([
      [3600, at(0), at(120)],
    ]);
  });
});
