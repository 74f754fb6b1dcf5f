import { expect, test } from "bun:test";
import fc from "fast-check";
import { groupRollups } from "../../tests/helpers/memory-rollups.ts";
import { gpuEvents, tokenEvents } from "../../tests/samples/arbitrary-events.ts";
import { gpuEvent, HOUR_MS, tokenEvent } from "../../tests/samples/events.ts";
import type { RollupQuery } from "../store/port.ts";
import type { TelemetryEvent } from "./events.ts";
import { recomputeRollups } from "./recompute.ts";
import { buildReport, reportRows } from "./report.ts";
import { groupings, type Report } from "./report-model.ts";
import { ReportReader } from "./report-reader.ts";

const HOUR = 3_600_000;
const NOW_MS = HOUR_MS + 4 * 24 * HOUR;
const iso = (ms: number) => new Date(ms).toISOString();

/** Rollups that events can be added to, which counts the rows it has told. */
function source(first: readonly TelemetryEvent[] = []) {
  const events = [...first];
  const told = { rows: 0 };
  const queryRollups = async (query: RollupQuery) => {
    const placed = events.map((event, offset) => ({
      origin: "log/t/0",
      offset,
      tsMs: Date.parse(event.ts),
      event,
    }));
    const rows = groupRollups([...recomputeRollups(placed).values()], query);
    told.rows += rows.length;
    return rows;
  };
  return { events, told, store: { queryRollups } };
}

/** Means of times may differ in the last digits, because fractions were added in another order. */
const rounded = (report: Report): unknown =>
  JSON.parse(
    JSON.stringify(report, (_key, value) =>
      typeof value === "number" ? Number(value.toPrecision(12)) : value,
    ),
  );

/** The sample events, each moved by up to three days. */
const spread = fc.tuple(fc.oneof(gpuEvents, tokenEvents), fc.nat(3)).map(([event, days]): TelemetryEvent => {
  // A card stays where it is, for a report names it by one place.
  const home = "gpu_uuid" in event ? { host: `host-${event.gpu_uuid}`, gpu_model: "card" } : {};
  return { ...event, ...home, ts: iso(Date.parse(event.ts) + days * 24 * HOUR) };
});
const windows = fc.constantFrom(
  {},
  { fromMs: HOUR_MS },
  { fromMs: HOUR_MS + 90 * 60_000, toMs: HOUR_MS + 50 * HOUR },
  { fromMs: HOUR_MS + 2 * 24 * HOUR + 61_000 },
);

test("whatever is added in between, it reads what `buildReport` makes of all rows of the window", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.array(spread, { maxLength: 8 }), windows, fc.constantFrom(...groupings)), {
        maxLength: 6,
      }),
      fc.constantFrom(3, 60_000),
      async (steps, maxGroups) => {
        const { events, store } = source();
        const reader = new ReportReader(store, maxGroups);
        for (const [more, window, groupBy] of steps) {
          events.push(...more);
          const expected = buildReport(await reportRows(store, window, NOW_MS), groupBy);
          expect(rounded(await reader.read(window, groupBy, NOW_MS))).toEqual(rounded(expected));
        }
      },
    ),
  ));

test("hours in which nothing happened are not read again", async () => {
  const old = Array.from({ length: 72 }, (_, hour) => gpuEvent({ ts: iso(HOUR_MS + hour * HOUR + 10_000) }));
  const { events, told, store } = source(old);
  const reader = new ReportReader(store);
  await reader.read({}, "model", NOW_MS);
  told.rows = 0;
  events.push(tokenEvent({ ts: iso(HOUR_MS + 71 * HOUR + 20_000) }));
  const report = await reader.read({}, "model", NOW_MS);
  expect(report.totals.requests).toBe(1);
  // A line for each hour and kind tells what changed; then the two rows of the hour that did.
  expect(told.rows).toBe(73 + 2);
});

test("a late event is counted in the day it belongs to", async () => {
  const { events, store } = source([gpuEvent({ ts: iso(HOUR_MS + 80 * HOUR) })]);
  const reader = new ReportReader(store);
  await reader.read({}, "model", NOW_MS);
  events.push(tokenEvent({ ts: iso(HOUR_MS + 30_000) }));
  expect((await reader.read({}, "model", NOW_MS)).totals.requests).toBe(1);
});

test("a GPU that is first seen later changes where tokens ran that had named it before", async () => {
  const { events, store } = source([
    gpuEvent({ ts: iso(HOUR_MS + 10_000) }),
    tokenEvent({ ts: iso(HOUR_MS + 10_000), gpu_uuids: ["GPU-new"] }),
  ]);
  const reader = new ReportReader(store);
  const placed = async () => {
    const { groups } = await reader.read({}, "gpu", NOW_MS);
    return groups.filter((group) => group.requests > 0).map((group) => group.key);
  };
  expect(await placed()).toEqual(["GPU-a"]);
  events.push(gpuEvent({ ts: iso(HOUR_MS + 9 * HOUR), gpu_uuid: "GPU-new" }));
  expect(await placed()).toEqual([""]);
});
