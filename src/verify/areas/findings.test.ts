import { describe, expect, test } from "bun:test";
import type { Problem } from "../check.ts";
import { readExposition, sumOf } from "../exposition.ts";
import { alertsFinding } from "./alerts.ts";
import { copyProblems, lagFinding } from "./kafka.ts";
import { linesFinding, targetsFinding } from "./observers.ts";
import { readyFinding, writesFinding } from "./processor.ts";
import { isPinned } from "./security.ts";

const targets = (...healths: string[]) =>
  JSON.stringify({
    data: {
      activeTargets: [
        ...healths.map((health) => ({
          ...{ labels: { namespace: "app" }, health },
          scrapeUrl: "http://a",
          lastError: "refused",
        })),
        { labels: { namespace: "other" }, health: "down" },
      ],
    },
  });
const lines = (...result: string[]) =>
  JSON.stringify({ data: { result: result.map((count) => ({ value: [0, count] })) } });

describe("Prometheus and Loki", () => {
  test("targets of the namespace have to be there, and up", () => {
    expect(targetsFinding(targets("up", "up"), "app")).toEqual({ summary: "2 of 2 targets", problems: [] });
    expect(targetsFinding(targets("up", "down"), "app")).toMatchObject({
      problems: [{ severity: "fail", message: "http://a is down: refused" }],
    });
    for (const none of [targets(), "", "<html>", "{}"])
      expect(targetsFinding(none, "app")).toMatchObject({
        problems: [{ severity: "fail", message: "Prometheus has no target in namespace app" }],
      });
  });

  test("lines have to have come", () => {
    expect(linesFinding(lines("7"), "app")).toEqual({ summary: "7 lines" });
    for (const none of [lines("0"), lines(), "", "<html>"])
      expect(linesFinding(none, "app")).toMatchObject({
        problems: [
          { severity: "fail", message: expect.stringContaining("Loki has no line of namespace app") },
        ],
      });
  });

  test("every group of rules has to be there and evaluated, and somebody has to be told", () => {
    const groups = (...healths: string[]) => {
      const rules = healths.map((health) => ({ name: "A", health, lastError: "" }));
      return JSON.stringify({ data: { groups: [{ name: "ours", rules }, { name: "theirs" }] } });
    };
    const receivers = JSON.stringify({ data: { activeAlertmanagers: [{ url: "http://a" }] } });
    const said = (...args: Parameters<typeof alertsFinding>) =>
      (alertsFinding(...args) as { problems: readonly Problem[] }).problems.map(({ message }) => message);
    expect(alertsFinding(groups("ok", "ok"), receivers, ["ours"])).toEqual({
      summary: "2 rules, 1 Alertmanagers",
      problems: [],
    });
    expect(said(groups("ok", "unknown"), receivers, ["ours"])).toEqual([
      "rule A is unknown: it was not evaluated yet",
    ]);
    for (const none of ["", "<html>", "{}"])
      expect(said(none, none, ["ours", "too"])).toEqual([
        "Prometheus has 0 of 2 groups of rules; ours is not among them",
        "Prometheus knows no Alertmanager, so alerts go nowhere",
      ]);
  });
});

describe("the processor", () => {
  test("each condition that is not met is a problem; none at all is one too", () => {
    const text = JSON.stringify({
      checks: [
        { name: "log", ok: true },
        { name: "store", ok: false, detail: "is away" },
      ],
    });
    expect(readyFinding(503, text)).toMatchObject({
      summary: "log, store",
      problems: [{ message: "store: is away" }],
    });
    for (const none of ["", "{}", '{"checks":[]}', "<html>"]) expect(readyFinding(200, none)).toBeString();
  });

  test("writes that fail now fail, those of the past warn, and none at all are no proof", () => {
    const page = (ok: number, error: number) =>
      readExposition(
        `processor_mongo_write_total{result="ok"} ${ok}\nprocessor_mongo_write_total{result="error"} ${error}\n`,
      ).samples;
    expect(writesFinding(page(1, 0), page(5, 0))).toEqual({ summary: "5 writes, 0 errors" });
    expect(writesFinding(page(1, 2), page(5, 2))).toMatchObject({ problems: [{ severity: "warn" }] });
    expect(writesFinding(page(1, 2), page(5, 3))).toMatchObject({ problems: [{ severity: "fail" }] });
    expect(writesFinding(page(0, 0), page(0, 0))).toHaveProperty("skipped");
    expect(writesFinding([], [])).toBeString();
  });
});

test("copies have to be as many as are wanted, and as a write needs, and up to date", () => {
  const said = (replication: number, inSync: number, minInSync: number, wanted?: number) =>
    copyProblems(
      { name: "t", partitions: 1, records: 0, bytes: 0, copies: { replication, inSync, minInSync } },
      wanted,
    ).map(({ severity, message }) => `${severity}: ${message}`);
  expect([said(3, 3, 2), said(3, 3, 2, 3), said(1, 1, 1)]).toEqual([[], [], []]);
  expect(said(3, 2, 2)).toEqual(["warn: a partition of t has 2 copies in sync"]);
  expect(said(3, 1, 2)).toEqual(["fail: a partition of t has 1 copy in sync"]);
  expect(said(1, 1, 2)).toEqual(["warn: t has 1 copy, fewer than a write should have"]);
  expect(said(1, 1, 1, 3)).toEqual(["fail: t has 1 copy"]);
  expect(copyProblems({ name: "t", partitions: 1, records: 0, bytes: 0 }, 3)).toEqual([]);
});

test("lag is measured by the age of the oldest record; an empty log proves nothing", () => {
  const lag = (endOffset: number, lagSeconds: number) => [
    { topic: "t", partition: 0, committed: 0, endOffset, lag: endOffset, lagSeconds },
  ];
  expect(lagFinding(lag(5, 3), 3_000, "g")).toEqual({ summary: "group g is 5 records behind" });
  expect(lagFinding(lag(5, 3.1), 3_000, "g")).toMatchObject({ problems: [{ severity: "fail" }] });
  expect(lagFinding(lag(0, 0), 3_000, "g")).toHaveProperty("skipped");
});

test("metrics are read with their labels, and a line that is none is named", () => {
  const { samples, broken } = readExposition(
    '# HELP a b\na{x="1",y="a\\"b,"} 2\na 1e3\nb +Inf 17\nhello world\n',
  );
  expect([sumOf(samples, "a"), sumOf(samples, "a", { x: "1" }), sumOf(samples, "c")]).toEqual([
    1002,
    2,
    undefined,
  ]);
  expect([sumOf(samples, "b"), broken]).toEqual([Number.POSITIVE_INFINITY, ["hello world"]]);
});

test.each([
  [`a/b@sha256:${"0".repeat(64)}`, true],
  ["a/b:1.2", true],
  ["a/b:latest", false],
  ["host:5000/b", false],
  ["b", false],
  ["", false],
])("image %j is pinned: %p", (image, pinned) => expect(isPinned(image)).toBe(pinned));
