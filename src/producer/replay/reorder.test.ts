import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { inTimeOrder } from "./reorder.ts";
import { RowPolicy } from "./row-problem.ts";
import type { Cursor } from "./trace.ts";

type Item = { readonly tsMs: number; readonly id: number };

function cursorOf(items: readonly Item[]): Cursor<Item> {
  let at = 0;
  return {
    get line() {
      return at;
    },
    next: () => items[at++],
    close: () => {},
  };
}

function ordered(items: readonly Item[], policy: RowPolicy, capacity: number): Item[] {
  const cursor = inTimeOrder(cursorOf(items), policy, capacity);
  const out: Item[] = [];
  for (let item = cursor.next(); item; item = cursor.next()) out.push(item);
  return out;
}

describe("rows that are slightly out of order", () => {
  test("come out sorted, those of the same time as they came, when none is further off than the window", () => {
    const times = fc.array(fc.nat(20), { maxLength: 60 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 8 }), (raw, window) => {
        const sorted = raw.sort((a, b) => a - b).map((tsMs, id) => ({ tsMs, id }));
        // Each block is turned around, so no row is more than a window from its place.
        const blocks = Array.from({ length: Math.ceil(sorted.length / window) }, (_, block) =>
          sorted.slice(block * window, (block + 1) * window).reverse(),
        );
        const out = ordered(blocks.flat(), new RowPolicy("t", false), window);
        expect(out.map(({ tsMs }) => tsMs)).toEqual(sorted.map(({ tsMs }) => tsMs));
        expect(new Set(out.map(({ id }) => id)).size).toBe(sorted.length);
      }),
    );
  });

  test("keep their order when their times are the same", () => {
    const items = Array.from({ length: 10 }, (_, id) => ({ tsMs: 5, id }));
    expect(ordered(items, new RowPolicy("t", false), 3)).toEqual(items);
  });

  test("are refused with their line when they come too late", () => {
    const items = [5, 6, 7, 8, 1].map((tsMs, id) => ({ tsMs, id }));
    expect(() => ordered(items, new RowPolicy("t.csv", false), 2)).toThrow(/^t\.csv:5:1: the time goes back/);
  });

  test("are left out and counted when they come too late and that is allowed", () => {
    const policy = new RowPolicy("t.csv", true);
    const items = [5, 6, 7, 8, 1, 9].map((tsMs, id) => ({ tsMs, id }));
    expect(ordered(items, policy, 2).map(({ tsMs }) => tsMs)).toEqual([5, 6, 7, 8, 9]);
    expect(policy.skipped.get("order")?.count).toBe(1);
  });
});
