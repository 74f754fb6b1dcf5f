import { expect } from "bun:test";
import type { Additions, StoredEvent, TelemetryStore } from "../../../src/store/port.ts";
import type { Contract } from "./contract.ts";
import { all } from "./events.ts";
import { delta, keyOf, latest, START_MS, stored } from "./samples.ts";

const batch = (from: number, to: number): StoredEvent[] =>
  Array.from({ length: to - from }, (_, index) => stored(`e${from + index}`, { offset: from + index }));

/** What goes with `batch(from, to)`: offset n adds 2^n output tokens and is the newest event of the GPU at time n. */
function additions(from: number, to: number): Additions {
  const items = batch(from, to).map(({ offset }) => ({ offset, sums: { outputTokens: 2 ** offset } }));
  return { deltas: [delta(keyOf(), items)], latest: [latest("GPU-1", to - 1, `e${to - 1}`)] };
}
const tokens = (from: number, to: number) => 2 ** to - 2 ** from;

/** What the store holds: ids of events, sum of output tokens, time of the newest event. */
async function held(store: TelemetryStore) {
  const query = { resolutionS: 60, fromMs: START_MS, toMs: START_MS + 60_000, groupBy: [] } as const;
  const [row] = await store.queryRollups(query);
  return {
    ids: (await all(store)).map((one) => one.event.event_id),
    tokens: row?.sums.outputTokens,
    newest: (await store.latest("gpu"))[0]?.tsMs,
  };
}

/** Promises of `insertWith`, for stores that have it. */
export const insertWithPromises: Contract = {
  "events that are all new bring their rollups and newest events along": async (store) => {
    const outcome = await store.insertWith!(batch(0, 3), additions(0, 3));
    expect(outcome).toEqual({ duplicates: new Map(), refused: new Map(), complete: true });
    expect(await held(store)).toEqual({ ids: ["e0", "e1", "e2"], tokens: tokens(0, 3), newest: 2 });
  },
  "brought along a second time, nothing is added": async (store) => {
    await store.insertWith!(batch(0, 3), additions(0, 3));
    const before = await held(store);
    const again = await store.insertWith!(batch(0, 3), additions(0, 3));
    expect(again.complete).toBe(false);
    expect([...again.duplicates.values()].map(({ offset }) => offset)).toEqual([0, 1, 2]);
    expect(await held(store)).toEqual(before);
  },
  "one event that was there holds rollups and newest events back, and the others are stored": async (
    store,
  ) => {
    await store.insertEvents(batch(1, 2));
    const outcome = await store.insertWith!(batch(0, 3), additions(0, 3));
    expect(outcome.complete).toBe(false);
    expect([...outcome.duplicates.keys()]).toEqual([1]);
    expect(await held(store)).toEqual({ ids: ["e0", "e1", "e2"], tokens: undefined, newest: undefined });
  },
  "one event that can never be stored holds rollups and newest events back": async (store) => {
    const [first, ...others] = batch(0, 3);
    const outcome = await store.insertWith!([{ ...first!, tsMs: 0.5 }, ...others], additions(0, 3));
    expect(outcome.complete).toBe(false);
    expect([...outcome.refused.keys()]).toEqual([0]);
    expect(await held(store)).toEqual({ ids: ["e1", "e2"], tokens: undefined, newest: undefined });
  },
  "rollups that come along are guarded by their offsets like all others": async (store) => {
    await store.applyRollups(additions(0, 2).deltas);
    expect((await store.insertWith!(batch(0, 4), additions(0, 4))).complete).toBe(true);
    expect((await held(store)).tokens).toBe(tokens(0, 4));
  },
  "what comes along is stored with its events or not at all": async (store) => {
    const broken = { ...additions(0, 3), deltas: [delta(keyOf(), [{ offset: 0, sums: { heldMs: 0.5 } }])] };
    await expect(store.insertWith!(batch(0, 3), broken)).rejects.toThrow("64-bit integer");
    expect(await held(store)).toEqual({ ids: [], tokens: undefined, newest: undefined });
    expect((await store.insertWith!(batch(0, 3), additions(0, 3))).complete).toBe(true);
  },
};
