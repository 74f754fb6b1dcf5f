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
    expect(seriesQuery(all, stored, stopped)).toEqual({
      from: "2023-11-16T18:15:46.680Z",
      to: "2023-11-16T19:14:10.001Z",
    }));

  test("end where the view stands still, when that is earlier", () =>
    expect(seriesQuery(all, stored, stopped, at("2023-11-16T18:30:00Z")).to).toBe(
      "2023-11-16T18:30:00.000Z",
    ));

  test("are all there is when nothing is stored", () =>
    expect(seriesQuery(all, undefined, stopped)).toEqual({}));

  test("a single event still spans a time", () =>
    expect(seriesQuery(all, { oldestMs: stopped, newestMs: stopped }, stopped)).toEqual({
      from: "2026-11-23T08:59:00.001Z",
      to: "2026-11-23T09:00:00.001Z",
    }));
});

describe("lines over a range", () => {
  const since = (text: string) => ({ oldestMs: at(text), newestMs: stopped });
  test.each([
    [
      "that is full are asked for as figures are",
      day,
      since("2026-11-20T00:00:00Z"),
      undefined,
      { last: "24h" },
    ],
    ["that is nearly full too", day, since("2026-11-22T10:00:00Z"), undefined, { last: "24h" }],
    [
      "that is young begin with the first event",
      day,
      since("2026-11-23T08:12:34Z"),
      undefined,
      { from: "2026-11-23T08:12:00.000Z" },
    ],
    ["of a store without events are asked for as figures are", day, undefined, undefined, { last: "24h" }],
    [
      "that was chosen by its ends keep them",
      custom,
      since("2026-11-23T08:12:34Z"),
      undefined,
      figuresQuery(custom),
    ],
    [
      "that stands still keep their ends",
      day,
      since("2026-11-23T08:12:34Z"),
      stopped,
      { from: "2026-11-22T09:00:00.000Z", to: "2026-11-23T09:00:00.000Z" },
    ],
  ] as const)("%s", (_name, range, known, stoppedMs, query) =>
    expect(seriesQuery(range, known, stopped, stoppedMs)).toEqual(query),
  );
});

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
