import { expect, test } from "bun:test";
import fc from "fast-check";
import { gpuEvents, tokenEvents } from "../../tests/samples/arbitrary-events.ts";
import { gpuEvent, HOUR_MS, tokenEvent } from "../../tests/samples/events.ts";
import { rowsOf } from "../../tests/samples/rows.ts";
import type { TokenEvent } from "./events.ts";
import { buildReport } from "./report.ts";
import { type Figures, groupings } from "./report-model.ts";

const gpus = fc.array(gpuEvents, { maxLength: 15 });
const tokens = fc.array(tokenEvents, { maxLength: 15 });
const resolution = fc.constantFrom(60 as const, 3600 as const);

/** Amounts that must sum up; joules and seconds in whole thousandths. */
const amounts = (figures: Figures) => ({
  requests: figures.requests,
  errors: figures.errors,
  inputTokens: figures.inputTokens,
  outputTokens: figures.outputTokens,
  cacheReadTokens: figures.cacheReadTokens,
  cacheWriteTokens: figures.cacheWriteTokens,
  reasoningTokens: figures.reasoningTokens,
  sloRequests: figures.sloRequests,
  sloEstimatedRequests: figures.sloEstimatedRequests,
  goodRequests: figures.goodRequests,
  sloMissedTtft: figures.sloMissedTtft,
  sloMissedTpot: figures.sloMissedTpot,
  sloMissedE2e: figures.sloMissedE2e,
  allocationMicroUsd: figures.allocationMicroUsd,
  idleMicroUsd: figures.idleMicroUsd,
  usedMicroUsd: figures.usedMicroUsd,
  idleAllocatedMicroUsd: figures.idleAllocatedMicroUsd,
  idleUnallocatedMicroUsd: figures.idleUnallocatedMicroUsd,
  milliJoules: Math.round(figures.energyJoules * 1000),
  gpuMs: Math.round(figures.gpuSeconds * 1000),
  busyMs: Math.round(figures.busySeconds * 1000),
});

const percentiles = (figures: Figures) => Object.entries(figures).filter(([name]) => /^p\d\d/.test(name));

function sumOf(list: readonly Figures[]) {
  const sums = amounts(buildReport([], "model").totals);
  for (const figures of list)
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += amounts(figures)[name];
  return sums;
}

test("in every grouping the groups sum to the totals exactly, and the totals are the same", () => {
  fc.assert(
    fc.property(gpus, tokens, resolution, (gpu, token, resolutionS) => {
      const rows = rowsOf([...gpu, ...token], resolutionS, { ttft: 0.5, tpot: 0.05, e2e: 10 });
      const { totals } = buildReport(rows, "model");
      const first = amounts(totals);
      for (const grouping of groupings) {
        const report = buildReport(rows, grouping);
        expect(sumOf(report.groups)).toEqual(first);
        expect(amounts(report.totals)).toEqual(first);
        expect(percentiles(report.totals)).toEqual(percentiles(totals));
      }
    }),
  );
});

test("every figure of every group is a finite number that is not negative, or null", () => {
  fc.assert(
    fc.property(gpus, tokens, fc.constantFrom(...groupings), (gpu, token, grouping) => {
      const report = buildReport(rowsOf([...gpu, ...token]), grouping);
      for (const figures of [report.totals, ...report.groups]) {
        for (const value of Object.values(figures))
          if (typeof value === "number") expect(Number.isFinite(value) && value >= 0).toBe(true);
        expect(figures.allocationMicroUsd).toBe(figures.usedMicroUsd + figures.idleMicroUsd);
        expect(figures.idleMicroUsd).toBe(figures.idleAllocatedMicroUsd + figures.idleUnallocatedMicroUsd);
        expect(figures.utilization ?? 0).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test("the order of the rows changes nothing", () => {
  fc.assert(
    fc.property(gpus, tokens, fc.constantFrom("model", "team", "hour", "source"), (gpu, token, grouping) => {
      const rows = rowsOf([...gpu, ...token]);
      expect(buildReport(rows.toReversed(), grouping)).toEqual(buildReport(rows, grouping));
    }),
  );
});

test("cached tokens never raise the cost of those who read them", () => {
  const more = (event: TokenEvent, share: number): TokenEvent => ({
    ...event,
    cache_read_tokens: Math.max(event.cache_read_tokens ?? 0, Math.floor(event.input_tokens * share)),
  });
  fc.assert(
    fc.property(gpus, tokens, fc.double({ min: 0, max: 1, noNaN: true }), (gpu, token, share) => {
      const costOf = (events: readonly TokenEvent[]) =>
        buildReport(rowsOf([...gpu, ...events]), "model").groups.find(({ key }) => key === "a");
      const before = costOf(token);
      const after = costOf(token.map((event) => (event.model === "a" ? more(event, share) : event)));
      expect(after?.allocationMicroUsd ?? 0).toBeLessThanOrEqual(before?.allocationMicroUsd ?? 0);
      expect(after?.usedMicroUsd ?? 0).toBeLessThanOrEqual(before?.usedMicroUsd ?? 0);
    }),
    { numRuns: 300 },
  );
});

test("without tokens everything a GPU costs is idle or used by nobody, and no price per token is made up", () => {
  fc.assert(
    fc.property(gpus, (gpu) => {
      const { totals, groups } = buildReport(rowsOf(gpu), "model");
      expect(totals.idleAllocatedMicroUsd).toBe(0);
      expect(groups.every((group) => group.key === "")).toBe(true);
      expect([totals.microUsdPerMillionTokens, totals.joulesPerToken, totals.splitMethod]).toEqual([
        null,
        null,
        null,
      ]);
    }),
  );
});

test("more of the same costs the same per token: the window scales", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5_000_000 }), (hours, half) => {
      const events = Array.from({ length: hours }, (_, hour) => {
        const ts = new Date(HOUR_MS + (hour + 1) * 3_600_000).toISOString();
        const inHour = new Date(HOUR_MS + hour * 3_600_000).toISOString();
        return [
          gpuEvent({ ts, interval_s: 3_600, price_per_hour_microusd: 2 * half }),
          tokenEvent({ ts: inHour }),
        ];
      });
      const one = buildReport(rowsOf(events[0]!), "model").totals;
      const all = buildReport(rowsOf(events.flat()), "model").totals;
      expect(all.microUsdPerMillionTokens).toBe(one.microUsdPerMillionTokens);
      expect(all.allocationMicroUsd).toBe(one.allocationMicroUsd * hours);
    }),
  );
});

test("a price that changes in mid-window is integrated over the time it held", () => {
  const prices = fc.array(
    fc.record({ price: fc.nat(10_000_000), seconds: fc.integer({ min: 1, max: 600 }) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(prices, (spans) => {
      let ms = HOUR_MS;
      const events = spans.map(({ price, seconds }) => {
        ms += seconds * 1000;
        return gpuEvent({
          ts: new Date(ms).toISOString(),
          interval_s: seconds,
          price_per_hour_microusd: price,
        });
      });
      const exact = spans.reduce((sum, { price, seconds }) => sum + (price * seconds) / 3600, 0);
      const { allocationMicroUsd } = buildReport(rowsOf(events), "gpu").totals;
      expect(Math.abs(allocationMicroUsd - exact)).toBeLessThanOrEqual(1.01);
    }),
  );
});
