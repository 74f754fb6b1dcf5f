import { expect, test } from "bun:test";
import { compareReleases, minorOf, minorsBetween } from "./versions.ts";

test.each([
  ["v1.36.4+k3s1", "v1.36.5+k3s1", -1],
  ["v1.36.10+k3s1", "v1.36.9+k3s2", 1],
  ["v1.36.4+k3s1", "v1.36.4+k3s2", -1],
  ["v1.9.0+k3s1", "v1.36.0+k3s1", -1],
  ["v1.36.4+k3s1", "v1.36.4+k3s1", 0],
  ["v1.36.4-k3s1", "v1.36.4+k3s1", 0],
])("%s and %s", (a, b, sign) => expect(Math.sign(compareReleases(a, b))).toBe(sign));

test("minors are counted, and named", () => {
  expect(minorsBetween("v1.34.9+k3s1", "v1.36.0+k3s1")).toBe(2);
  expect(minorsBetween("v1.36.4+k3s1", "v1.35.9+k3s3")).toBe(-1);
  expect(minorOf("v1.34.9+k3s1", 1)).toBe("v1.35");
});
