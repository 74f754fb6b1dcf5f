import { expect, test } from "bun:test";
import fc from "fast-check";
import { observations } from "../../telemetry/histogram.ts";
import { addPending, inProportion, nothingPending, takePending } from "./pending.ts";

test("first tokens wait for the end of their requests", () => {
  const waiting = addPending(addPending(nothingPending, [0, 4], 2), [4], 1);
  expect(takePending(waiting, 0)).toEqual({ taken: nothingPending, rest: waiting });
  const { taken, rest } = takePending(waiting, 4);
  expect(taken).toEqual({ counts: [2, 2], sumS: 1.5 });
  expect(rest).toEqual({ counts: [2, 2], sumS: 1.5 });
  expect(takePending(rest, 99).taken).toEqual(rest);
});

test("whatever is added and taken, nothing is lost, made up or negative", () => {
  const step = fc.record({ counts: fc.array(fc.nat(50), { maxLength: 8 }), requests: fc.nat(120) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let pending = nothingPending;
      let [added, took] = [0, 0];
      for (const { counts, requests } of steps) {
        pending = addPending(pending, counts, 1);
        added += observations({ counts });
        const { taken, rest } = takePending(pending, requests);
        expect(observations(taken)).toBeLessThanOrEqual(requests);
        expect([...taken.counts, ...rest.counts].every((count) => count >= 0)).toBe(true);
        took += observations(taken);
        pending = rest;
      }
      expect(took + observations(pending)).toBe(added);
    }),
  );
});

test("proportions are kept in whole numbers", () => {
  expect(inProportion([1, 0, 3], 8)).toEqual([2, 0, 6]);
  expect(inProportion([1, 1, 1], 2)).toEqual([1, 0, 1]);
  expect(inProportion([0, 0], 5)).toEqual([0, 0]);
});
