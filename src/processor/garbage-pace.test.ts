import { expect, test } from "bun:test";
import { quiet } from "../../tests/helpers/steered-clock.ts";
import { GarbagePace } from "./garbage-pace.ts";

test("garbage is collected once per amount of work, and not at once", async () => {
  let collections = 0;
  const pace = new GarbagePace(100, () => {
    collections++;
  });
  pace.worked(60);
  await quiet();
  expect(collections).toBe(0);
  pace.worked(60);
  expect(collections).toBe(0);
  await quiet();
  expect(collections).toBe(1);
  pace.worked(60);
  await quiet();
  expect(collections).toBe(1);
});
