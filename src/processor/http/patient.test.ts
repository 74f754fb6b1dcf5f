import { expect, test } from "bun:test";
import { quiet, steeredClock } from "../../../tests/helpers/steered-clock.ts";
import { patient } from "./patient.ts";

function rig() {
  const clock = steeredClock(0);
  const reads: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
  const read = () => new Promise<number>((resolve, reject) => void reads.push({ resolve, reject }));
  return { clock, reads, ask: patient(read, { clock, patienceMs: 300, keepMs: 10_000 }) };
}

test("an answer in time is given to all who asked, from one read", async () => {
  const { clock, reads, ask } = rig();
  const both = Promise.all([ask(), ask()]);
  reads[0]!.resolve(7);
  expect(await both).toEqual([7, 7]);
  expect([reads.length, clock.sleeping()]).toEqual([1, []]);
});

test("who has waited long enough gets the last answer, until that is too old; the read goes on", async () => {
  const { clock, reads, ask } = rig();
  const first = ask();
  reads[0]!.resolve(1);
  await first;
  const late = async () => {
    const answer = ask();
    await clock.advance(300);
    return answer;
  };
  expect([await late(), await late(), reads.length]).toEqual([1, 1, 2]);
  await clock.advance(10_000);
  expect(await late()).toBeUndefined();
  reads[1]!.resolve(2);
  await quiet();
  expect(await Promise.race([late(), ask()])).toBe(2);
});

test("a failure is told to those who wait, and the next one reads again", async () => {
  const { reads, ask } = rig();
  const failing = ask();
  reads[0]!.reject(new Error("no route"));
  await expect(failing).rejects.toThrow("no route");
  await quiet();
  const again = ask();
  reads[1]!.resolve(3);
  expect(await again).toBe(3);
});

test("a read that fails after everybody has gone troubles nobody", async () => {
  const { clock, reads, ask } = rig();
  const answer = ask();
  await clock.advance(300);
  expect(await answer).toBeUndefined();
  reads[0]!.reject(new Error("too late"));
  await quiet();
});
