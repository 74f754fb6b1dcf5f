import { describe, expect, test } from "bun:test";
import { figuresQuery, type Range, rangeOfNewest, refreshMs, seriesQuery } from "./range.ts";

const at = (text: string) => Date.parse(text);
const stopped = at("2026-11-23T09:00:00Z");
const live: Range = { kind: "live" };
const day: Range = { kind: "last", span: "24h" };
const all: Range = { kind: "all" };
const custom: Range = {
  kind: "custom",
  fromMs: at("2023-11-16T18:00:00Z"),
  toMs: at("2023-11-16T19:00:00Z"),
};
const stored = { oldestMs: at("2023-11-16T18:15:46.680Z"), newestMs: at("2023-11-16T19:14:10Z") };

test.each([
  ["live", live, undefined, { last: "10m" }],
  ["a day", day, undefined, { last: "24h" }],
  ["all", all, undefined, {}],
  ["custom", custom, undefined, { from: "2023-11-16T18:00:00.000Z", to: "2023-11-16T19:00:00.000Z" }],
  [
    "live, standing still",
    live,
    stopped,
    { from: "2026-11-23T08:50:00.000Z", to: "2026-11-23T09:00:00.000Z" },
  ],
  [
    "a day, standing still",
    day,
    stopped,
    { from: "2026-11-22T09:00:00.000Z", to: "2026-11-23T09:00:00.000Z" },
  ],
  ["all, standing still", all, stopped, { to: "2026-11-23T09:00:00.000Z" }],
] as const)("figures of %s", (_name, range, stoppedMs, query) =>
  expect(figuresQuery(range, stoppedMs)).toEqual(query),
);

describe("lines over all telemetry", () => {
  test("reach from the oldest to the newest event and not to now", () =>
    expect(seriesQuery(all, stored)).toEqual({
      from: "2023-11-16T18:15:46.680Z",
      to: "2023-11-16T19:14:10.001Z",
    }));

  test("end where the view stands still, when that is earlier", () =>
    expect(seriesQuery(all, stored, at("2023-11-16T18:30:00Z"))?.to).toBe("2023-11-16T18:30:00.000Z"));

  test("are not asked for until it is known what is stored", () =>
    expect(seriesQuery(all, undefined)).toBeUndefined());

  test("a single event still spans a time", () =>
    expect(seriesQuery(all, { oldestMs: stopped, newestMs: stopped })).toEqual({
      from: "2026-11-23T08:59:00.001Z",
      to: "2026-11-23T09:00:00.001Z",
    }));
});

test("other ranges ask for lines as for figures", () =>
  expect(seriesQuery(day, undefined)).toEqual({ last: "24h" }));

test.each([
  ["live", live, 5_000],
  ["a quarter of an hour", { kind: "last", span: "15m" } as Range, 10_000],
  ["an hour", { kind: "last", span: "1h" } as Range, 15_000],
  ["a week", { kind: "last", span: "7d" } as Range, 60_000],
  ["a past hour, which changes no more", custom, undefined],
  ["a span up to now", { kind: "custom", fromMs: 0, toMs: stopped } as Range, 15_000],
])("%s is asked for as often as it can change", (_name, range, ms) =>
  expect(refreshMs(range, stopped)).toBe(ms as number),
);

test.each([
  ["the last hour of a long one", { oldestMs: 0, newestMs: stored.newestMs }, "2023-11-16T18:15:00.000Z"],
  ["all of a short one", { ...stored, oldestMs: at("2023-11-16T19:00:30Z") }, "2023-11-16T19:00:00.000Z"],
])("the newest data is %s", (_name, known, from) =>
  expect(rangeOfNewest(known)).toEqual({
    kind: "custom",
    fromMs: at(from),
    toMs: at("2023-11-16T19:15:00Z"),
  }),
);
