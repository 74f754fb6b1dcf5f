import { describe, expect, test } from "bun:test";
import { Ca3Error } from "../../support/errors.ts";
import { openZone } from "./zone.ts";

const local = (text: string): number => Date.parse(`${text}Z`);
const iso = (ms: number) => new Date(ms).toISOString();

describe("time zones", () => {
  test.each([
    ["UTC", "2024-07-01T12:00:00", "2024-07-01T12:00:00.000Z"],
    ["+02:00", "2024-07-01T12:00:00", "2024-07-01T10:00:00.000Z"],
    ["-0530", "2024-07-01T12:00:00", "2024-07-01T17:30:00.000Z"],
    ["UTC+1", "2024-07-01T12:00:00", "2024-07-01T11:00:00.000Z"],
    ["Europe/Berlin", "2024-07-01T12:00:00", "2024-07-01T10:00:00.000Z"],
    ["Europe/Berlin", "2024-12-01T12:00:00", "2024-12-01T11:00:00.000Z"],
    ["America/New_York", "2024-12-01T23:30:00", "2024-12-02T04:30:00.000Z"],
    ["Asia/Kathmandu", "2024-12-01T12:00:00", "2024-12-01T06:15:00.000Z"],
    ["Australia/Lord_Howe", "2024-12-01T12:00:00", "2024-12-01T01:00:00.000Z"],
  ])("%s: %s is %s", (zone, wall, utc) => expect(iso(openZone(zone).toUtc(local(wall)))).toBe(utc));

  test("a log that runs through the hour that clocks repeat keeps its order", () => {
    const zone = openZone("Europe/Berlin");
    const walls = ["01:30", "02:15", "02:45", "02:15", "02:45", "03:15"];
    const utcs = walls.map((wall) => iso(zone.toUtc(local(`2024-10-27T${wall}:00`))).slice(11, 16));
    expect(utcs).toEqual(["23:30", "00:15", "00:45", "01:15", "01:45", "02:15"]);
  });

  test("a reading that clocks skipped counts as if they had not been put forward", () => {
    expect(iso(openZone("Europe/Berlin").toUtc(local("2024-03-31T02:30:00")))).toBe(
      "2024-03-31T01:30:00.000Z",
    );
  });

  test.each(["Mars/Olympus", "+25:00", "two hours"])("%s is refused by name", (name) => {
    expect(() => openZone(name)).toThrow(Ca3Error);
    expect(() => openZone(name)).toThrow(name);
  });
});
