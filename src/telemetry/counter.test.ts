import { expect, test } from "bun:test";
import fc from "fast-check";
import { counterDeltas } from "./counter.ts";

type Name = "tokens" | "requests";

test.each([
  ["growth", { tokens: 10, requests: 1 }, { tokens: 15, requests: 1 }, { tokens: 5, requests: 0 }],
  ["a restart", { tokens: 10, requests: 4 }, { tokens: 3, requests: 1 }, { tokens: 3, requests: 1 }],
  [
    "a restart after which one counter overtook its old value",
    { tokens: 10, requests: 4 },
    { tokens: 12, requests: 1 },
    { tokens: 12, requests: 1 },
  ],
  ["a counter that appeared", { tokens: 10 }, { tokens: 10, requests: 2 }, { tokens: 0, requests: 2 }],
  ["a counter that is not shown now", { tokens: 10, requests: 2 }, { tokens: 11 }, { tokens: 1 }],
])("counterDeltas: %s", (_name, before, after, deltas) =>
  expect(counterDeltas<Name>(before, after)).toEqual(deltas),
);

/** Growth between readings, and whether the process restarted right after the reading before. */
const lives = fc.array(fc.record({ tokens: fc.nat(1_000), requests: fc.nat(10), restarted: fc.boolean() }), {
  maxLength: 40,
});

test("the differences are never negative and add up to all that was counted", () => {
  fc.assert(
    fc.property(lives, (steps) => {
      let shown = { tokens: 0, requests: 0 };
      const sum = { tokens: 0, requests: 0 };
      const truth = { tokens: 0, requests: 0 };
      for (const { tokens, requests, restarted } of steps) {
        const from = restarted ? { tokens: 0, requests: 0 } : shown;
        const next = { tokens: from.tokens + tokens, requests: from.requests + requests };
        const visible = !restarted || next.tokens < shown.tokens || next.requests < shown.requests;
        fc.pre(visible || (shown.tokens === 0 && shown.requests === 0));
        const deltas = counterDeltas<Name>(shown, next);
        for (const name of ["tokens", "requests"] as const) {
          expect(deltas[name]).toBeGreaterThanOrEqual(0);
          sum[name] += deltas[name]!;
        }
        truth.tokens += tokens;
        truth.requests += requests;
        shown = next;
      }
      expect(sum).toEqual(truth);
    }),
  );
});
