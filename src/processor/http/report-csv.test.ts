import { expect, test } from "bun:test";
import { gpuEvent, tokenEvent } from "../../../tests/samples/events.ts";
import { rowsOf } from "../../../tests/samples/rows.ts";
import { buildReport } from "../../telemetry/report.ts";
import { reportCsv } from "./report-csv.ts";

const linesOf = (...models: string[]) => {
  const events = models.map((model, at) => tokenEvent({ event_id: `t${at}`, model }));
  return reportCsv(buildReport(rowsOf([gpuEvent(), ...events]), "model")).split("\r\n");
};

test("a header, a line per group and the total at the end, all equally long", () => {
  const lines = linesOf("a", "b");
  expect(lines.map((line) => line.split(",").slice(0, 3).join(","))).toEqual([
    "key,label,requests",
    "a,a,1",
    "b,b,1",
    '"",total,2',
    "",
  ]);
  expect(new Set(lines.slice(0, -1).map((line) => line.split(",").length)).size).toBe(1);
});

test.each([
  ["with, comma", '"with, comma"'],
  ['with "quotes"', '"with ""quotes"""'],
  ["with\nbreak", '"with\nbreak"'],
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ["+1", "'+1"],
  ["@cmd", "'@cmd"],
  ["-2", "'-2"],
])("%j can do no harm in a cell", (model, cell) =>
  expect(linesOf(model)[1]!.startsWith(`${cell},`)).toBe(true),
);
