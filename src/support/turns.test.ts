import { expect, test } from "bun:test";
import { Turns } from "./turns.ts";

test("so many at a time, in their order, also behind one that fails", async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends = Array.from({ length: 4 }, () => Promise.withResolvers<number>());
  const all = ends.map(({ promise }, at) =>
    turns.take(() => {
      begun.push(at);
      return promise;
    }),
  );
  expect({ begun, busy: turns.busy }).toEqual({ begun: [0, 1], busy: true });
  ends[1]!.reject(new Error("it failed"));
  await expect(all[1]!).rejects.toThrow("it failed");
  expect(begun).toEqual([0, 1, 2]);
  for (const at of [0, 2, 3]) ends[at]!.resolve(at);
  expect(await Promise.all([all[0], all[2], all[3]])).toEqual([0, 2, 3]);
  expect({ begun, busy: turns.busy }).toEqual({ begun: [0, 1, 2, 3], busy: false });
});
