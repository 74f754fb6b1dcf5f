import { expect, test } from "bun:test";
import { Ca3Error } from "../support/errors.ts";
import { HttpProblem, PROBLEM_MEDIA_TYPE, problemResponse } from "./problem.ts";

test("a problem carries its kind, its members and the path, and when to come back", async () => {
  const response = problemResponse(
    new HttpProblem("too-many-requests", { detail: "slow down", retryAfterS: 1.2 }),
    "/api/v1/totals",
  );
  expect(response.status).toBe(429);
  expect(response.headers.get("content-type")).toBe(PROBLEM_MEDIA_TYPE);
  expect(response.headers.get("retry-after")).toBe("2");
  expect(await response.json()).toEqual({
    type: "urn:ca3:problem:too-many-requests",
    title: "Too many requests",
    status: 429,
    detail: "slow down",
    instance: "/api/v1/totals",
  });
});

test.each([
  ["an outage", new Ca3Error("CA3_STORE_UNAVAILABLE", "locked by /secret/path"), 503, "unavailable", "5"],
  ["a missing thing", new Ca3Error("CA3_NOT_FOUND", "no dead letter x"), 404, "not-found", null],
  ["damage", new Ca3Error("CA3_DATA_CORRUPT", "/secret/path is damaged"), 500, "internal-error", null],
  ["a bug", new TypeError("/secret/path is undefined"), 500, "internal-error", null],
  ["something thrown that is no error", "/secret/path", 500, "internal-error", null],
])("%s is told apart and tells nothing about the inside", async (_name, error, status, kind, retryAfter) => {
  const response = problemResponse(error, "/x");
  const text = await response.text();
  expect(response.status).toBe(status);
  expect(JSON.parse(text).type).toBe(`urn:ca3:problem:${kind}`);
  expect(response.headers.get("retry-after")).toBe(retryAfter);
  expect(text).not.toContain("/secret/path");
});
