import { expect, test } from "bun:test";
import { copyError, reviveError } from "./error-copy.ts";
import { Ca3Error, isOutage } from "./errors.ts";

const there = (error: unknown) => reviveError(structuredClone(copyError(error)));

test("a failure that a person can fix stays one, with its hint, exit code and cause", () => {
  const cause = new TypeError("no such column");
  const error = new Ca3Error("CA3_INPUT", "trace.csv: line 3", { hint: "mend it", exitCode: 7, cause });
  const copy = there(error);
  expect(copy).toBeInstanceOf(Ca3Error);
  expect(copy).toMatchObject({
    code: "CA3_INPUT",
    message: "trace.csv: line 3",
    hint: "mend it",
    exitCode: 7,
  });
  expect(copy.cause).toMatchObject({ name: "TypeError", message: "no such column" });
  expect(copy.stack).toBe(error.stack!);
});

test("an outage stays an outage", () => {
  expect(isOutage(there(new Ca3Error("CA3_LOG_UNAVAILABLE", "full")))).toBe(true);
  expect(isOutage(there(new Ca3Error("CA3_INPUT", "bad")))).toBe(false);
});

test("a bug keeps its name and stack; what is no error becomes one", () => {
  const bug = new RangeError("index 3");
  expect(there(bug)).toMatchObject({ name: "RangeError", message: "index 3", stack: bug.stack! });
  expect(there("out of coffee").message).toBe("out of coffee");
});

test("a circle of causes ends", () => {
  const error = new Error("a");
  error.cause = error;
  expect(there(error).message).toBe("a");
});
