import { expect, test } from "bun:test";
import { Ca3Error } from "../../support/errors.ts";
import type { OutRecord } from "../port.ts";
import { createAppendQueue } from "./append-queue.ts";

const record = (text: string, bytes = 1): OutRecord => ({
  topic: text,
  key: null,
  value: new Uint8Array(bytes),
});
const outcomes = async (calls: readonly Promise<void>[]) =>
  (await Promise.allSettled(calls)).map(({ status }) => status);

/** A writer that keeps which topics went together; it fails for those named in `fails`. */
function writer(fails: Readonly<Record<string, Error>> = {}) {
  const groups: string[][] = [];
  const write = async (lists: readonly (readonly OutRecord[])[]) => {
    const names = lists.flat().map(({ topic }) => topic);
    groups.push(names);
    for (const name of names) if (fails[name]) throw fails[name];
  };
  return { groups, queue: createAppendQueue(write) };
}

test("calls that wait together are written together, in order", async () => {
  const { groups, queue } = writer();
  await Promise.all([queue.append([record("a"), record("b")]), queue.append([record("c")])]);
  await queue.append([record("d")]);
  expect(groups).toEqual([["a", "b", "c"], ["d"]]);
});

test("an outage is told to everybody; the next call is tried anew", async () => {
  const outage = new Ca3Error("CA3_LOG_UNAVAILABLE", "the disk is full");
  const { groups, queue } = writer({ bad: outage });
  const calls = [queue.append([record("a")]), queue.append([record("bad")])];
  expect(await outcomes(calls)).toEqual(["rejected", "rejected"]);
  await queue.append([record("a")]);
  expect(groups).toEqual([["a", "bad"], ["a"]]);
});

test("a call that can never be written does not take the others with it", async () => {
  const { groups, queue } = writer({ bad: new TypeError("not bytes") });
  const calls = ["a", "bad", "c"].map((name) => queue.append([record(name)]));
  expect(await outcomes(calls)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(groups).toEqual([["a", "bad", "c"], ["a"], ["bad"], ["c"]]);
});

test("what is written together is bounded in bytes, and a larger call goes alone", async () => {
  const { groups, queue } = writer();
  const mebibyte = 1024 * 1024;
  await Promise.all(["a", "b", "c"].map((name) => queue.append([record(name, 5 * mebibyte)])));
  await queue.append([record("huge", 20 * mebibyte)]);
  expect(groups).toEqual([["a"], ["b"], ["c"], ["huge"]]);
});

test("settled resolves when everything that waited is written", async () => {
  const { groups, queue } = writer();
  void queue.append([record("a")]);
  await queue.settled();
  expect(groups).toEqual([["a"]]);
  await queue.settled();
});
