import { expect, test } from "bun:test";
import { quiet } from "../../tests/helpers/steered-clock.ts";
import { GarbagePace, workPerCollection } from "./garbage-pace.ts";

function setUp(collectionMs: number) {
  let now = 1_000;
  let collections = 0;
  const collect = () => {
    collections++;
    now += collectionMs;
  };
  return {
    pace: new GarbagePace(100, workPerCollection.usual, collect, () => now),
    collections: () => collections,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test("garbage is collected once per amount of work, and not at once", async () => {
  const { pace, collections } = setUp(0);
  pace.worked(60);
  await quiet();
  expect(collections()).toBe(0);
  pace.worked(60);
  expect(collections()).toBe(0);
  await quiet();
  expect(collections()).toBe(1);
  pace.worked(60);
  await quiet();
  expect(collections()).toBe(1);
});

test("collecting takes a tenth of the time at most, however much is alive", async () => {
  const { pace, collections, pass } = setUp(50);
  pace.worked(100);
  await quiet();
  for (let turn = 0; turn < 20; turn++) {
    pass(22);
    pace.worked(100);
    await quiet();
  }
  expect(collections()).toBe(1);
  pass(11);
  pace.worked(100);
  await quiet();
  expect(collections()).toBe(2);
});
