import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseTimestamp } from "./timestamp.ts";

test.each([
  ["2026-03-01T12:30:45Z", "2026-03-01T12:30:45.000Z"],
  ["2026-03-01t12:30:45.5z", "2026-03-01T12:30:45.500Z"],
  ["2026-03-01 12:30:45.123456789Z", "2026-03-01T12:30:45.123Z"],
  ["2026-03-01T12:30:45.5+02:30", "2026-03-01T10:00:45.500Z"],
  ["2026-03-01T00:30:45-01:00", "2026-03-01T01:30:45.000Z"],
  ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
  ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
])("parseTimestamp reads %s as %s", (text, iso) =>
  expect(new Date(parseTimestamp(text)).toISOString()).toBe(iso),
);

test.each([
  "",
  "yesterday",
  "2026-03-01",
  "0050-03-01T12:30:45Z",
  "2026-03-01T12:30:45",
  "2026-13-01T12:30:45Z",
  "2026-02-30T12:30:45Z",
  "2025-02-29T12:30:45Z",
  "2026-03-01T24:00:00Z",
  "2026-03-01T12:60:45Z",
  "2026-03-01T12:30:61Z",
  "2026-03-01T12:30:45.Z",
  "2026-03-01T12:30:45ZZ",
  "2026-03-01T12:30:45+0200",
  "2026-03-01T12:30:45+24:00",
  "2026-0a-01T12:30:45Z",
  "Thu, 01 Jan 1970 00:00:00 GMT",
])("parseTimestamp refuses %p", (text) => expect(parseTimestamp(text)).toBeNaN());

test("a time without a zone is UTC only where that is asked for", () => {
  expect(parseTimestamp("2026-03-01T12:30:45.25", "utc")).toBe(Date.UTC(2026, 2, 1, 12, 30, 45, 250));
});

test("every time that JavaScript writes is read back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 0, 1) }), (ms) =>
      expect(parseTimestamp(new Date(ms).toISOString())).toBe(ms),
    ),
  );
});
