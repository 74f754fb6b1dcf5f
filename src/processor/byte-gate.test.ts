import { expect, test } from "bun:test";
import { ByteGate } from "./byte-gate.ts";

const never = new AbortController().signal;

async function settled(promise: Promise<void>): Promise<boolean> {
  let done = false;
  promise.then(() => (done = true)).catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

test("bytes enter up to the limit and the next in line wait for room", async () => {
  const gate = new ByteGate(10);
  await gate.enter(6, never);
  await gate.enter(4, never);
  const third = gate.enter(3, never);
  const fourth = gate.enter(1, never);
  expect(await settled(third)).toBe(false);
  gate.leave(4);
  expect(await settled(third)).toBe(true);
  expect(await settled(fourth)).toBe(true);
});

test("nobody overtakes, so a large one is not starved", async () => {
  const gate = new ByteGate(10);
  await gate.enter(9, never);
  const large = gate.enter(5, never);
  const small = gate.enter(1, never);
  expect(await settled(small)).toBe(false);
  gate.leave(9);
  expect(await settled(large)).toBe(true);
  expect(await settled(small)).toBe(true);
});

test("one that is larger than the limit goes alone", async () => {
  const gate = new ByteGate(10);
  const huge = gate.enter(99, never);
  expect(await settled(huge)).toBe(true);
  const next = gate.enter(1, never);
  expect(await settled(next)).toBe(false);
  gate.leave(99);
  expect(await settled(next)).toBe(true);
});

test("whoever gives up leaves the line and those behind move up", async () => {
  const gate = new ByteGate(10);
  await gate.enter(8, never);
  const abort = new AbortController();
  const gone = gate.enter(10, abort.signal);
  const behind = gate.enter(2, never);
  abort.abort(new Error("revoked"));
  expect(gone).rejects.toThrow("revoked");
  expect(await settled(behind)).toBe(true);
  expect(gate.enter(1, abort.signal)).rejects.toThrow("revoked");
});
