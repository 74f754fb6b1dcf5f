import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TimestampReader } from "./timestamp.ts";
import { openZone } from "./zone.ts";

const read = (text: string, zone = "UTC"): number => {
  const bytes = new TextEncoder().encode(`,${text},`);
  return new TimestampReader(openZone(zone)).read(bytes, 1, bytes.length - 1);
};
const iso = (ms: number) => new Date(ms).toISOString();

describe("timestamps", () => {
  test.each([
    ["2023-11-16 18:15:46.6805900", "2023-11-16T18:15:46.680Z"],
    ["2023/11/16 18:15:46.680", "2023-11-16T18:15:46.680Z"],
    ["2024-05-10 00:00:00.009930+00:00", "2024-05-10T00:00:00.009Z"],
    ["2024-05-10T02:00:00+02:00", "2024-05-10T00:00:00.000Z"],
    ["2024-05-10T02:00:00.5 -0530", "2024-05-10T07:30:00.500Z"],
    ["2024-05-10T02:00:00+02", "2024-05-10T00:00:00.000Z"],
    ["2024-02-29t23:59:60Z", "2024-03-01T00:00:00.000Z"],
    ["2025-08-11 14:20:30,512", "2025-08-11T14:20:30.512Z"],
  ])("reads %s", (text, expected) => expect(iso(read(text))).toBe(expected));

  test.each([
    "",
    "2023-11-16",
    "2023-11-16 18:15",
    "2023-11-16 18:15:4",
    "2023-13-16 18:15:46",
    "2023-02-29 18:15:46",
    "2023-11-31 18:15:46",
    "2023-11-16 24:00:00",
    "2023-11-16 18:60:00",
    "2023-11-16 18:15:61",
    "2023-11-16 18:15:46.",
    "2023-11-16 18:15:46.1234567890",
    "2023-11-16 18:15:46 Zulu",
    "2023-11-16 18:15:46+2",
    "2023-11-16 18:15:46+99:00",
    "2023-11/16 18:15:46",
    "1970-01-01 00:00:00",
    "2100-01-01 00:00:00",
    "９023-11-16 18:15:46",
    "1700158546.680",
  ])("refuses %p", (text) => expect(read(text)).toBeNaN());

  test("agrees with the runtime on every millisecond it accepts", () => {
    const range = { min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) - 1 };
    fc.assert(
      fc.property(fc.integer(range), (ms) => {
        expect(read(iso(ms))).toBe(ms);
        expect(read(iso(ms).replace("T", " ").replaceAll("-", "/").slice(0, 23))).toBe(ms);
      }),
    );
  });
});
