import { expect, test } from "bun:test";
import fc from "fast-check";
import { gpuEvents, tokenEvents } from "../../tests/samples/arbitrary-events.ts";
import { HOUR_MS } from "../../tests/samples/events.ts";
import { rowsOf } from "../../tests/samples/rows.ts";
import { hourOf } from "./cost/pool.ts";
import { buildReport, gpusOf, joinReport, reportPart } from "./report.ts";
import { groupings, type Report } from "./report-model.ts";

/** Means of times may differ in the last digits, because fractions were added in another order. */
const rounded = (report: Report): unknown =>
  JSON.parse(
    JSON.stringify(report, (_key, value) =>
      typeof value === "number" ? Number(value.toPrecision(12)) : value,
    ),
  );

test("parts of separate clock hours join to the report of them all, wherever the hours are cut", () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(gpuEvents, tokenEvents), { maxLength: 40 }),
      fc.constantFrom(...groupings),
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      (events, groupBy, isCut) => {
        const rows = rowsOf(events).sort((a, b) => a.bucketMs! - b.bucketMs!);
        const cuts = (bucketMs: number) =>
          isCut.slice(0, (hourOf(bucketMs) - HOUR_MS) / 3_600_000).filter(Boolean).length;
        const known = gpusOf(rows);
        const parts = [...Map.groupBy(rows, (row) => cuts(row.bucketMs!)).values()];
        const joined = joinReport(
          parts.map((some) => reportPart(some, groupBy, known)),
          groupBy,
        );
        expect(rounded(joined)).toEqual(rounded(buildReport(rows, groupBy)));
      },
    ),
    { numRuns: 300 },
  ));
