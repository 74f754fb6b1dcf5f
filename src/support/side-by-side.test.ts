import { expect, test } from "bun:test";
import { sideBySide } from "./side-by-side.ts";

test("answers come in order, and no more than the limit run at once", async () => {
  let running = 0;
  let most = 0;
  const doubled = await sideBySide([5, 1, 3, 2, 4], 2, async (n) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < n; turn++) await Promise.resolve();
    running--;
    return n * 2;
  });
  expect([doubled, most]).toEqual([[10, 2, 6, 4, 8], 2]);
});

test("after a failure nothing new is begun, and what runs is waited for", async () => {
  const begun: number[] = [];
  let ended = false;
  const all = sideBySide([0, 1, 2, 3], 2, async (n) => {
    begun.push(n);
    if (n === 0) throw new Error("first");
    await Promise.resolve();
    ended = true;
  });
  await expect(all).rejects.toThrow("first");
  expect([begun, ended]).toEqual([[0, 1], true]);
});

test("nothing to do is done at once", async () => expect(await sideBySide([], 3, async () => 1)).toEqual([]));
