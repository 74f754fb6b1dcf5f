import { expect } from "bun:test";
import fc from "fast-check";
import type { RollupDelta, TelemetryStore } from "../../../src/store/port.ts";
import { countLatency, noLatencies, sumLatencies } from "../../../src/telemetry/latency.ts";
import type { Sums } from "../../../src/telemetry/rollup.ts";
import { SUMS } from "../../../src/telemetry/rollup.ts";
import type { Contract } from "./contract.ts";
import type { Item } from "./samples.ts";
import { delta, HOUR_MS, keyOf, START_MS, sumsOf } from "./samples.ts";

async function totals(store: TelemetryStore, resolutionS: 10 | 60 | 3600 = 60): Promise<Sums | undefined> {
  const rows = await store.queryRollups({ resolutionS, fromMs: 0, toMs: START_MS * 2, groupBy: [] });
  expect(rows.length).toBeLessThanOrEqual(1);
  return rows[0]?.sums;
}

const items = (from: number, to: number): Item[] =>
  Array.from({ length: to - from }, (_, index) => ({
    offset: from + index,
    sums: { outputTokens: 2 ** (from + index) },
  }));
const tokens = (from: number, to: number) => 2 ** to - 2 ** from;

export const rollupPromises: Contract = {
  "every sum is added to every rollup it belongs to": async (store) => {
    const whole = sumsOf(Object.fromEntries(SUMS.map((name, index) => [name, index + 1])));
    const key = keyOf();
    await store.applyRollups([delta(key, [{ offset: 1, sums: whole, tsMs: START_MS + 5 }])]);
    await store.applyRollups([delta(key, [{ offset: 2, sums: whole, tsMs: START_MS + 2 }])]);
    const query = { resolutionS: 60, fromMs: START_MS, toMs: START_MS + 60_000, groupBy: [] } as const;
    expect(await store.queryRollups(query)).toEqual([
      {
        dimensions: {},
        sums: sumsOf(Object.fromEntries(SUMS.map((name, index) => [name, 2 * (index + 1)]))),
        newestMs: START_MS + 5,
        oldestMs: START_MS + 2,
      },
    ]);
  },
  "counts by time add up in every grouping, next to rollups that have none": async (store) => {
    const timed = (seconds: number) => {
      const latency = noLatencies();
      countLatency(latency, "e2e", seconds, 2 ** 40);
      countLatency(latency, "ttft", seconds / 10);
      return latency;
    };
    const host = (name: string) => keyOf({ kind: "token", dimensions: { host: name } });
    await store.applyRollups([delta(keyOf(), items(0, 2))]);
    await store.applyRollups([delta(host("a"), [{ offset: 1, sums: { latency: timed(1) } }])]);
    await store.applyRollups([
      delta(host("a"), [
        { offset: 1, sums: { latency: timed(1) } },
        { offset: 2, sums: { latency: timed(50) } },
      ]),
      delta(host("b"), [{ offset: 3, sums: { latency: timed(1) } }]),
    ]);
    await store.applyRollups([delta(host("a"), [{ offset: 5, sums: { requests: 1 } }])]);
    const query = { resolutionS: 60, fromMs: START_MS, toMs: START_MS + 60_000 } as const;
    const rows = await store.queryRollups({ ...query, groupBy: ["kind", "host"] });
    const found = Object.fromEntries(rows.map((row) => [`${row.kind} ${row.dimensions.host}`, row.sums]));
    expect(found["token a"]!.latency).toEqual(sumLatencies(timed(1), timed(50))!);
    expect(found["token b"]!.latency).toEqual(timed(1));
    expect("latency" in found["gpu "]!).toBe(false);
    const all = sumLatencies(sumLatencies(timed(1), timed(1)), timed(50))!;
    expect((await totals(store))?.latency).toEqual(all);
  },
  "the same delta again changes nothing": async (store) => {
    const batch = [delta(keyOf(), items(0, 5)), delta(keyOf({ resolutionS: 3600 }), items(0, 5))];
    for (let again = 0; again < 3; again += 1) await store.applyRollups(batch);
    expect((await totals(store))?.outputTokens).toBe(tokens(0, 5));
    expect((await totals(store, 3600))?.outputTokens).toBe(tokens(0, 5));
    expect(await store.freshness()).toMatchObject([{ kind: "gpu", events: 5 }]);
  },
  "a batch that overlaps what is included adds only the rest": async (store) => {
    await store.applyRollups([delta(keyOf(), items(0, 5))]);
    await store.applyRollups([delta(keyOf(), items(3, 9))]);
    expect((await totals(store))?.outputTokens).toBe(tokens(0, 9));
  },
  "an overlap without anything new in this rollup adds nothing": async (store) => {
    await store.applyRollups([delta(keyOf(), items(0, 5))]);
    const claimsMore: RollupDelta = {
      ...delta(keyOf(), items(2, 5)),
      lastOffset: 8,
      since: (offset) => (offset < 4 ? delta(keyOf(), items(offset + 1, 5)) : undefined),
    };
    await store.applyRollups([claimsMore]);
    expect((await totals(store))?.outputTokens).toBe(tokens(0, 5));
  },
  "a former owner's late write is refused": async (store) => {
    await store.applyRollups([delta(keyOf(), items(0, 9))]);
    await store.applyRollups([delta(keyOf(), items(2, 6))]);
    await store.applyRollups([delta(keyOf(), items(0, 9))]);
    expect((await totals(store))?.outputTokens).toBe(tokens(0, 9));
  },
  "two origins count apart and add up": async (store) => {
    const other = keyOf({ origin: "log-1/gpu.metrics.v1/7" });
    await store.applyRollups([delta(keyOf(), items(20, 25)), delta(other, items(0, 3))]);
    await store.applyRollups([delta(other, items(3, 4))]);
    expect((await totals(store))?.outputTokens).toBe(tokens(20, 25) + tokens(0, 4));
  },
  "two writers of one rollup at the same moment lose nothing and add nothing twice": async (store) => {
    await Promise.all([
      store.applyRollups([delta(keyOf(), items(0, 6))]),
      store.applyRollups([delta(keyOf(), items(0, 9))]),
      store.applyRollups([delta(keyOf(), items(0, 3))]),
    ]);
    expect((await totals(store))?.outputTokens).toBe(tokens(0, 9));
  },
  "whatever is delivered again, the sums equal a recomputation": async (store) => {
    let origin = 0;
    const cut = fc.record({ back: fc.nat(12), length: fc.integer({ min: 1, max: 15 }) });
    const run = async (cuts: { back: number; length: number }[]) => {
      const key = keyOf({ origin: `origin-${origin++}`, dimensions: { host: `host-${origin}` } });
      let reached = 0;
      for (const { back, length } of cuts) {
        const from = Math.max(0, reached - back);
        await store.applyRollups([delta(key, items(from, from + length))]);
        reached = Math.max(reached, from + length);
      }
      const query = { resolutionS: 60, fromMs: START_MS, toMs: START_MS + 1, groupBy: [] } as const;
      const rows = await store.queryRollups({ ...query, where: { host: key.dimensions.host } });
      expect(rows[0]!.sums).toEqual(sumsOf({ events: reached, outputTokens: tokens(0, reached) }));
    };
    const cuts = fc.array(cut, { minLength: 1, maxLength: 3 });
    await fc.assert(fc.asyncProperty(cuts, run), { numRuns: 60 });
  },
  "a sum that leaves the range of 64-bit integers is refused as a bug, and nothing of the call is lost":
    async (store) => {
      const much = (offset: number) => [{ offset, sums: { costNanoUsd: 2 ** 62 } }];
      await store.applyRollups([delta(keyOf(), much(1))]);
      const attempt = store.applyRollups([delta(keyOf(), much(2))]);
      await expect(attempt).rejects.toThrow("64-bit");
      await attempt.catch((error: Error) => expect(error.name).not.toBe("Ca3Error"));
      expect((await totals(store))?.costNanoUsd).toBe(2 ** 62);
    },
  "a sum that is no whole number is refused as a bug": async (store) => {
    for (const heldMs of [0.5, Number.NaN])
      await expect(store.applyRollups([delta(keyOf(), [{ offset: 1, sums: { heldMs } }])])).rejects.toThrow(
        "64-bit",
      );
    expect(await totals(store)).toBeUndefined();
  },
  "freshness has the newest and oldest event and the number of events, per kind": async (store) => {
    expect(await store.freshness()).toEqual([]);
    const hour = (more: Parameters<typeof keyOf>[0]) => keyOf({ resolutionS: 3600, ...more });
    await store.applyRollups([
      delta(hour({}), [{ offset: 1, sums: {}, tsMs: START_MS + 50 }]),
      delta(keyOf(), [{ offset: 1, sums: {}, tsMs: START_MS + 50 }]),
      delta(hour({ bucketMs: START_MS + HOUR_MS, dimensions: { host: "b" } }), [
        { offset: 2, sums: {}, tsMs: START_MS + HOUR_MS + 5 },
        { offset: 3, sums: {}, tsMs: START_MS + HOUR_MS + 9 },
      ]),
      delta(hour({ kind: "token", origin: "o2" }), [{ offset: 1, sums: {}, tsMs: START_MS + 7 }]),
    ]);
    const byKind = [...(await store.freshness())].sort((a, b) => (a.kind < b.kind ? -1 : 1));
    expect(byKind).toEqual([
      { kind: "gpu", newestMs: START_MS + HOUR_MS + 9, oldestMs: START_MS + 50, events: 3 },
      { kind: "token", newestMs: START_MS + 7, oldestMs: START_MS + 7, events: 1 },
    ]);
  },
};
