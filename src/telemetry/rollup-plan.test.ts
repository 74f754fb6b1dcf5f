import { expect, test } from "bun:test";
import fc from "fast-check";
import { gpuEvents, tokenEvents } from "../../tests/samples/arbitrary-events.ts";
import { gpuEvent, HOUR_MS, tokenEvent } from "../../tests/samples/events.ts";
import type { RollupDelta } from "../store/port.ts";
import { recomputeRollups, rollupId } from "./recompute.ts";
import { planRollups, type RollupItem } from "./rollup-plan.ts";
import type { Slo } from "./slo.ts";

const ORIGIN = "log/topic/0";
const batches = fc.array(fc.oneof(gpuEvents, tokenEvents), { maxLength: 60 }).chain((events) =>
  fc.record({
    items: fc.constant(
      events.map((event, at): RollupItem => ({ event, tsMs: Date.parse(event.ts), offset: 10 + at * 3 })),
    ),
    cut: fc.integer({ min: 0, max: 200 }),
  }),
);

/** What matters of deltas, in an order of its own. */
const plain = (deltas: Iterable<Omit<RollupDelta, "since">>) =>
  [...deltas]
    .map(({ key, firstOffset, lastOffset, sums, newestMs, oldestMs }) => ({
      id: rollupId(key),
      key,
      firstOffset,
      lastOffset,
      sums: { ...sums },
      newestMs,
      oldestMs,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));

const slo: Slo = { ttft: 1.2, tpot: 0.05, e2e: 20 };
const planned = (items: readonly RollupItem[]) => planRollups(ORIGIN, items, slo);
const recomputed = (items: readonly RollupItem[]) =>
  plain(
    recomputeRollups(
      items.map((item) => ({ ...item, origin: ORIGIN })),
      slo,
    ).values(),
  );

test("the deltas of a batch are what a recomputation from its events gives", () => {
  fc.assert(fc.property(batches, ({ items }) => expect(plain(planned(items))).toEqual(recomputed(items))));
});

test("the part above an offset is what the events above it give", () => {
  fc.assert(
    fc.property(batches, ({ items, cut }) => {
      const parts = planned(items).map((delta) => delta.since(cut));
      const rest = items.filter((item) => item.offset > cut);
      expect(plain(parts.filter((part) => part !== undefined))).toEqual(recomputed(rest));
    }),
  );
});

test("the part of a part is what the later offset gives", () => {
  fc.assert(
    fc.property(batches, fc.nat(200), ({ items, cut }, later) => {
      for (const delta of planned(items)) {
        const twice = delta.since(cut)?.since(later);
        const once = delta.since(Math.max(cut, later));
        expect(twice && plain([twice])).toEqual(once && plain([once]));
      }
    }),
  );
});

test("one event makes one delta per resolution, in the bucket in which its span ends", () => {
  const ends = HOUR_MS + 3_600_000;
  const deltas = planRollups(ORIGIN, [{ event: gpuEvent(), tsMs: ends, offset: 4 }]);
  expect(deltas.map(({ key }) => [key.resolutionS, (ends - key.bucketMs) / 1000])).toEqual([
    [10, 10],
    [60, 60],
    [3600, 3600],
  ]);
  expect(deltas[0]).toMatchObject({ firstOffset: 4, lastOffset: 4, newestMs: ends, oldestMs: ends });
});

test("events that share their dimensions and bucket share a delta; others do not", () => {
  const at = (event: RollupItem["event"], offset: number): RollupItem => ({
    event,
    tsMs: HOUR_MS + 5_000,
    offset,
  });
  const tenants = Array.from({ length: 20 }, (_, i) => at(tokenEvent({ tenant: `t${i}` }), i));
  const again = Array.from({ length: 20 }, (_, i) => at(tokenEvent({ tenant: `t${i}` }), 20 + i));
  const models = Array.from({ length: 20 }, (_, i) =>
    at(tokenEvent({ tenant: "t0", model: `m${i}` }), 40 + i),
  );
  const deltas = planRollups(ORIGIN, [
    ...tenants,
    ...again,
    ...models,
    ...models.map((item, i) => ({ ...item, offset: 60 + i })),
  ]);
  expect(deltas.length).toBe(3 * 40);
  expect(deltas.every((delta) => delta.sums.events === 2)).toBe(true);
});

test("no items make no deltas", () => expect(planRollups(ORIGIN, [])).toEqual([]));
