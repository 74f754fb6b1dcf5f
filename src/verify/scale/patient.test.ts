import { expect, test } from "bun:test";
import { Ca3Error } from "../../support/errors.ts";
import { patient, persistent } from "./patient.ts";

const away = () => new Ca3Error("CA3_LOG_UNAVAILABLE", "the group is handed around");
const never = new AbortController().signal;
/** A clock that goes on by itself when somebody sleeps. */
function steered() {
  let nowMs = 0;
  const sleep = async (ms: number) => {
    nowMs += ms;
  };
  return { now: () => nowMs, sleep };
}
/** Answers with what comes next; an error is thrown. */
const inTurn = (...answers: readonly unknown[]) => {
  const left = [...answers];
  return async () => {
    const next = left.shift();
    if (next instanceof Error) throw next;
    return next;
  };
};

test("the answer before stands in for one that does not come, for half a minute", async () => {
  const clock = steered();
  const ask = patient(clock, never, inTurn(1, away(), 2, away(), away()));
  expect([await ask(), await ask(), await ask()]).toEqual([1, 1, 2]);
  await clock.sleep(29_999);
  expect(await ask()).toBe(2);
  await clock.sleep(1);
  await expect(ask()).rejects.toThrow("the group is handed around");
});

test("nothing stands in for the first answer, nor for a mistake of ours", async () => {
  await expect(patient(steered(), never, inTurn(away()))()).rejects.toThrow("handed around");
  const ask = patient(steered(), never, inTurn(1, new TypeError("a bug")));
  await ask();
  await expect(ask()).rejects.toThrow("a bug");
});

test("what may be done twice is done until it works, for half a minute", async () => {
  expect(await persistent(steered(), never, inTurn(away(), away(), 7))).toBe(7);
  const fails = async () => {
    throw away();
  };
  await expect(persistent(steered(), never, fails)).rejects.toThrow("handed around");
  const broken = inTurn(new TypeError("a bug"));
  await expect(persistent(steered(), never, broken)).rejects.toThrow("a bug");
});

test("an interruption is no failure", async () => {
  const stop = new AbortController();
  const ask = patient(steered(), stop.signal, inTurn(1, new TypeError("aborted")));
  await ask();
  stop.abort();
  expect(await ask()).toBe(1);
  await persistent(steered(), stop.signal, inTurn(away()));
});
