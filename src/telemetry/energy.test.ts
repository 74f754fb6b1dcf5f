import { expect, test } from "bun:test";
import fc from "fast-check";
import { joulesBetween, type PowerSample } from "./energy.ts";

const joulesOver = (samples: readonly PowerSample[]): number =>
  samples.slice(1).reduce((joules, sample, at) => joules + joulesBetween(samples[at]!, sample), 0);

test.each([
  [
    "steady power",
    [
      [0, 200],
      [10_000, 200],
    ],
    2_000,
  ],
  [
    "power that rises evenly",
    [
      [0, 100],
      [10_000, 300],
    ],
    2_000,
  ],
  [
    "samples at uneven times",
    [
      [0, 100],
      [1_000, 100],
      [7_000, 400],
    ],
    100 + 1_500,
  ],
  [
    "a clock that went back",
    [
      [1_000, 100],
      [0, 100],
    ],
    0,
  ],
])("energy of %s", (_name, samples, joules) =>
  expect(joulesOver(samples.map(([tsMs, powerW]) => ({ tsMs: tsMs!, powerW: powerW! })))).toBe(joules),
);

const gaps = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 50 });

test("energy is the integral of power over the times at which it was really sampled", () => {
  fc.assert(
    fc.property(gaps, fc.nat(500), fc.nat(10), (waits, startW, slopeWPerS) => {
      let tsMs = 0;
      const powerAt = (ms: number) => startW + (slopeWPerS * ms) / 1000;
      const samples = [0, ...waits].map((wait) => {
        tsMs += wait;
        return { tsMs, powerW: powerAt(tsMs) };
      });
      const seconds = tsMs / 1000;
      const integral = startW * seconds + (slopeWPerS * seconds ** 2) / 2;
      expect(Math.abs(joulesOver(samples) - integral)).toBeLessThanOrEqual(1e-9 * Math.max(1, integral));
    }),
  );
});

test("a sample in between changes nothing where power runs straight", () => {
  const [from, middle, to] = [
    { tsMs: 0, powerW: 100 },
    { tsMs: 4_000, powerW: 180 },
    { tsMs: 10_000, powerW: 300 },
  ] as const;
  expect(joulesBetween(from, middle) + joulesBetween(middle, to)).toBeCloseTo(joulesBetween(from, to), 9);
});
