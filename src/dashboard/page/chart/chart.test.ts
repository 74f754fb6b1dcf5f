import { describe, expect, test } from "bun:test";
import type { Series } from "../data/types.ts";
import { markLabels, timeMarks } from "./axis.ts";
import { frameOf, settledPoints, valuesOn } from "./frame.ts";
import { addValues, greatest, spreadOf, whereHeld } from "./lines.ts";
import { describeLines, tableRows } from "./summary.ts";

const t0 = Date.parse("2026-11-23T09:00:00Z") / 1000;

function seriesOf(points: number, stepSeconds = 10, partialFrom: number | null = null): Series {
  return {
    from: new Date(t0 * 1000).toISOString(),
    to: new Date((t0 + points * stepSeconds) * 1000).toISOString(),
    resolutionSeconds: 10,
    stepSeconds,
    partialFrom,
    groupBy: null,
    metrics: [],
    times: Array.from({ length: points }, (_, at) => t0 + at * stepSeconds),
    series: [{ key: "", values: { tokens: Array.from({ length: points }, (_, at) => at) } }],
    notes: [],
  };
}

describe("points that are not whole yet are left out", () => {
  test.each([
    ["all have ended", null, 200, 10],
    ["the last is running", t0 + 90, 95, 9],
    ["the last has ended and not settled", null, 101, 9],
    ["the last has settled", null, 102, 10],
    ["everything lies ahead", t0, -50, 0],
  ])("%s", (_name, partialFrom, nowS, count) =>
    expect(settledPoints(seriesOf(10, 10, partialFrom), (t0 + nowS) * 1000)).toBe(count),
  );
});

describe("a frame", () => {
  test("of many points has one time per point", () => {
    const series = seriesOf(90);
    const frame = frameOf(series, (t0 + 5_000) * 1000);
    expect(frame).toMatchObject({ stepped: false, fromS: t0, toS: t0 + 900, stepS: 10 });
    expect(frame.times).toHaveLength(90);
    expect(valuesOn(frame, series.series[0], "tokens")).toHaveLength(90);
  });

  test("of few points shows each as the span it stands for, to its end", () => {
    const series = seriesOf(2, 3600);
    const frame = frameOf(series, (t0 + 9_000) * 1000);
    expect(frame).toMatchObject({ stepped: true, times: [t0, t0 + 3600, t0 + 7200] });
    expect(valuesOn(frame, series.series[0], "tokens")).toEqual([0, 1, 1]);
  });

  test("of nothing is empty, and a line that is not there is a gap", () => {
    expect(frameOf(seriesOf(0), t0 * 1000).times).toEqual([]);
    const frame = frameOf(seriesOf(2), (t0 + 500) * 1000);
    expect(valuesOn(frame, undefined, "tokens")).toEqual([null, null, null]);
  });
});

describe("lines", () => {
  test("add up, and a gap in both stays one", () =>
    expect(addValues([1, null, null, 4], [2, 3, null, null])).toEqual([3, 3, null, 4]));

  test("of cost have a gap where no GPU had a reading", () =>
    expect(whereHeld([0, 5, 7], [2, 0, null])).toEqual([0, null, null]));

  const lines = [
    { name: "a", values: [1, 1] },
    { name: "b", values: [5, null] },
    { name: "c", values: [2, 2] },
    { name: "d", values: [0, 1] },
  ];
  test("beyond the most that can be told apart become one", () =>
    expect(greatest(lines, 3, "more")).toEqual([lines[1]!, lines[2]!, { name: "2 more", values: [1, 2] }]));

  test("that are few all stay, the greatest first", () =>
    expect(greatest(lines, 4, "more").map(({ name }) => name)).toEqual(["b", "c", "a", "d"]));
});

test("a spread has its ends, its middle and the tenths between, and skips what has no value", () => {
  const cards = Array.from({ length: 11 }, (_, at) => [at * 10, at < 3 ? at : null, null]);
  expect(spreadOf(cards, 3)).toEqual({
    lowest: [0, 0, null],
    low: [10, 0.2, null],
    middle: [50, 1, null],
    high: [90, 1.8, null],
    highest: [100, 2, null],
  });
});

describe("a chart in words", () => {
  const frame = frameOf(seriesOf(60), (t0 + 5_000) * 1000);
  const lines = [{ name: "Input", values: Array.from({ length: 60 }, (_, at) => at) }];
  const format = (value: number | null) => (value === null ? "–" : value.toFixed(1));

  test("says the latest, the mean and the ends of each line", () =>
    expect(describeLines(frame, lines, format)).toBe(
      "From 23 Nov 2026, 09:00:00 to 23 Nov 2026, 09:10:00 UTC. Input: latest 59.0, mean 29.5, between 0.0 and 59.0.",
    ));

  test("says so when there is nothing", () =>
    expect(describeLines(frame, [{ name: "Input", values: [null] }], format)).toBe(
      "There is nothing to show in this time.",
    ));

  test("as a table has the newest first, and not more rows than people read", () => {
    const rows = tableRows(frame, lines, format, 20);
    expect(rows).toHaveLength(20);
    expect(rows[0]).toEqual({ time: "23 Nov 2026, 09:09:50", cells: ["59.0"] });
    expect(rows[1]!.cells).toEqual(["56.0"]);
  });
});

describe("marks of the time axis", () => {
  test.each([
    ["ten minutes, wide", 600, 800, ["09:00", "09:02", "09:04", "09:06", "09:08", "09:10"]],
    ["ten minutes, on a phone", 600, 300, ["09:00", "09:05", "09:10"]],
    ["a minute", 60, 500, ["09:00:00", "09:00:15", "09:00:30", "09:00:45", "09:01:00"]],
    ["a day", 86_400, 400, ["12:00", "18:00", "24 Nov\n00:00", "06:00"]],
    ["a week", 7 * 86_400, 400, ["25 Nov", "27 Nov", "29 Nov"]],
    ["four months", 120 * 86_400, 400, ["Dec 2026", "Jan 2027", "Feb 2027", "Mar 2027"]],
    ["three years", 3 * 365 * 86_400, 400, ["Jan 2027", "Jan 2028", "Jan 2029"]],
  ])("%s", (_name, spanS, widthPx, labels) =>
    expect(markLabels(timeMarks(t0, t0 + spanS, widthPx))).toEqual(labels),
  );
});
