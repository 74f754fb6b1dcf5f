import { expect, test } from "bun:test";
import fc from "fast-check";
import { groupings } from "../../../telemetry/report-model.ts";
import type { Range, Span } from "./range.ts";
import { spans } from "./range.ts";
import { defaultView, formatView, heatMetrics, type Panel, parseView, type View } from "./view.ts";

const timeMs = fc.integer({ min: Date.UTC(2000), max: Date.UTC(2100) });
const range: fc.Arbitrary<Range> = fc.oneof(
  fc.constantFrom<Range>({ kind: "live" }, { kind: "all" }),
  fc.constantFrom(...(Object.keys(spans) as Span[])).map((span): Range => ({ kind: "last", span })),
  fc
    .tuple(timeMs, fc.integer({ min: 1, max: 1e9 }))
    .map(([fromMs, ms]): Range => ({ kind: "custom", fromMs, toMs: fromMs + ms })),
);
const id = fc.string({ minLength: 1, unit: "grapheme" });
const panel: fc.Arbitrary<Panel> = fc.oneof(
  fc.constantFrom<Panel>({ kind: "dead-letters" }, { kind: "sources" }),
  id.map((one): Panel => ({ kind: "dead-letter", id: one })),
  id.map((uuid): Panel => ({ kind: "gpu", uuid })),
  fc.string().map((key): Panel => ({ kind: "group", key })),
  fc
    .tuple(id, fc.option(fc.string(), { nil: undefined }))
    .map(([one, group]): Panel => ({ kind: "formula", id: one, ...(group === undefined ? {} : { group }) })),
);
const view: fc.Arbitrary<View> = fc
  .record({
    range,
    by: fc.constantFrom(...groupings),
    sort: fc.record({ column: fc.stringMatching(/^[A-Za-z]{1,40}$/), descending: fc.boolean() }),
    split: fc.constantFrom("direction" as const, "group" as const),
    heat: fc.constantFrom(...heatMetrics),
    more: fc.record({ stoppedMs: timeMs, panel }, { requiredKeys: [] }),
  })
  .map(({ more, ...rest }) => ({ ...rest, ...more }));

test("any view comes back from its address as it was", () =>
  fc.assert(fc.property(view, (one) => expect(parseView(formatView(one))).toEqual(one))));

test("the view one starts with has a plain address", () => {
  expect(formatView(defaultView)).toBe("");
  expect(parseView("")).toEqual(defaultView);
});

test("an address can be read by people", () =>
  expect(
    formatView({
      ...defaultView,
      range: { kind: "last", span: "6h" },
      by: "team",
      sort: { column: "idle", descending: false },
      stoppedMs: Date.UTC(2026, 10, 23, 9, 41, 12),
    }),
  ).toBe("?range=6h&paused=2026-11-23T09%3A41%3A12Z&by=team&sort=idle"));

test.each([
  ["an unknown range", "?range=3w"],
  ["a range upside down", "?from=2026-11-23T10:00:00Z&to=2026-11-23T09:00:00Z"],
  ["half a range", "?from=2026-11-23T10:00:00Z"],
  ["a time that does not exist", "?from=2026-13-45T10:00:00Z&to=2026-11-23T09:00:00Z"],
  ["an unknown grouping", "?by=colour"],
  ["a sort order that is none", "?sort=<script>"],
  ["an unknown panel", "?show=everything"],
  ["a panel without its subject", "?show=gpu:"],
  ["a name of every object", "?range=toString&by=constructor"],
])("%s is left out", (_name, search) => expect(parseView(search)).toEqual(defaultView));

test("any address can be read", () =>
  fc.assert(
    fc.property(fc.string(), (search) => {
      const read = parseView(search);
      expect(parseView(formatView(read))).toEqual(read);
    }),
  ));
