import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { gpuEvent, tokenEvent } from "../../../../tests/samples/events.ts";
import { rowsOf } from "../../../../tests/samples/rows.ts";
import { buildReport } from "../../../telemetry/report.ts";
import { columns, greatestOf, usedColumns } from "./columns.ts";
import { csvName, groupsCsv } from "./export.ts";
import { nextSort, sortGroups } from "./sort.ts";

const events = [
  gpuEvent(),
  gpuEvent({ event_id: "gpu-2", gpu_uuid: "GPU-b", host: "host-b" }),
  tokenEvent({ model: "model-10" }),
  tokenEvent({ event_id: "b", model: "model-9", output_tokens: 4_000 }),
  tokenEvent({ event_id: "c", model: '=HYPERLINK("x"),y', input_tokens: 1 }),
];
const { groups } = buildReport(rowsOf(events), "model");
const nameless = groups.find(({ key }) => key === "")!.label;
const labels = (sort: Parameters<typeof sortGroups>[1]) => sortGroups(groups, sort).map(({ label }) => label);

describe("groups are sorted", () => {
  test("by a number, those without it last either way", () => {
    expect(labels({ column: "blended", descending: true }).at(-1)).toBe(nameless);
    expect(labels({ column: "blended", descending: false }).at(-1)).toBe(nameless);
    expect(labels({ column: "outputTokens", descending: true })[0]).toBe("model-9");
  });

  test("by name as people count", () =>
    expect(labels({ column: "name", descending: false })).toEqual([
      '=HYPERLINK("x"),y',
      "model-9",
      "model-10",
      nameless,
    ]));

  test("the same way whatever order they came in", () =>
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...groups], { minLength: groups.length }),
        fc.constantFrom("name", ...columns.map(({ id }) => id)),
        fc.boolean(),
        (shuffled, column, descending) =>
          expect(sortGroups(shuffled, { column, descending })).toEqual(
            sortGroups(groups, { column, descending }),
          ),
      ),
    ));
});

test("a click sorts by the greatest first, names from A on, and a second click turns it round", () => {
  const byCost = nextSort({ column: "name", descending: false }, "cost");
  expect(byCost).toEqual({ column: "cost", descending: true });
  expect(nextSort(byCost, "cost")).toEqual({ column: "cost", descending: false });
  expect(nextSort(byCost, "name")).toEqual({ column: "name", descending: false });
});

test("columns of times are there when somebody measured them", () => {
  const ids = (rows: Parameters<typeof usedColumns>[0]) => usedColumns(rows).map(({ id }) => id);
  expect(ids(groups)).not.toContain("e2e");
  const timed = buildReport(rowsOf([gpuEvent(), tokenEvent({ latency_s: 2 })]), "model");
  expect(ids(timed.groups)).toContain("e2e");
  expect(ids(timed.groups)).not.toContain("ttft");
  expect(ids(timed.groups)).not.toContain("goodShare");
});

test("amounts of one column have as many digits as its greatest", () => {
  const cost = columns.find(({ id }) => id === "cost")!;
  const rows = [
    { ...groups[0]!, allocationMicroUsd: 174_000_000 },
    { ...groups[0]!, allocationMicroUsd: 97_200_000 },
  ];
  const like = greatestOf([cost], rows).get("cost")!;
  expect(rows.map((row) => cost.text(cost.value(row), like))).toEqual(["$174.00", "$97.20"]);
});

describe("the CSV", () => {
  const lines = groupsCsv(sortGroups(groups, { column: "name", descending: false })).split("\r\n");

  test("has every figure as the API tells it, in the order of the page", () => {
    const header = lines[0]!.split(",");
    expect(header.slice(0, 3)).toEqual(["key", "label", "requests"]);
    const row = lines[2]!.split(",");
    const group = groups.find(({ label }) => label === "model-9")!;
    expect(row[0]).toBe("model-9");
    expect(row[header.indexOf("allocationMicroUsd")]).toBe(String(group.allocationMicroUsd));
    expect(row[header.indexOf("outputTokens")]).toBe("4000");
    expect(row[header.indexOf("tokenQuality")]).toBe("measured");
    expect(lines).toHaveLength(groups.length + 2);
  });

  test("has nothing that a spreadsheet would run", () =>
    expect(lines[1]).toStartWith(`"'=HYPERLINK(""x""),y",`));

  test("is called after what it holds and when", () =>
    expect(csvName("gpuModel", Date.parse("2026-11-23T09:41:12Z"))).toBe(
      "ca3-gpuModel-2026-11-23T0941Z.csv",
    ));
});
