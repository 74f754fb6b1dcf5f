import { expect, test } from "bun:test";
import { createCell } from "./cell.ts";

test("a cell tells its listeners of another value, and not of the same one", () => {
  const cell = createCell(1);
  const heard: number[] = [];
  const off = cell.subscribe(() => heard.push(cell.get()));
  cell.set(2);
  cell.set(2);
  off();
  cell.set(3);
  expect(heard).toEqual([2]);
  expect(cell.get()).toBe(3);
});
