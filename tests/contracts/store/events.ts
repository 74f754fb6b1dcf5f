import { expect } from "bun:test";
import fc from "fast-check";
import type { StoredEvent, TelemetryStore } from "../../../src/store/port.ts";
import type { Contract } from "./contract.ts";
import { gpuEvent, latest, ORIGIN, START_MS, stored } from "./samples.ts";

export async function all(
  store: TelemetryStore,
  filter?: Parameters<TelemetryStore["scanEvents"]>[0],
): Promise<StoredEvent[]> {
  return Array.fromAsync(store.scanEvents(filter));
}

const ids = (events: readonly StoredEvent[]) => events.map((one) => one.event.event_id);
const nothing = { duplicates: new Map(), refused: new Map() };

export const eventPromises: Contract = {
  "an event comes back as it was stored": async (store) => {
    const gpu = stored("a", { offset: 7 });
    const token = stored("b", { kind: "token", origin: "log-1/token.usage.v1/3", tsMs: START_MS + 1 });
    expect(await store.insertEvents([gpu, token])).toEqual(nothing);
    expect(await all(store)).toEqual([gpu, token]);
  },
  "bytes at hand are stored in place of serialising again": async (store) => {
    const { event, ...rest } = stored("a");
    await store.insertEvents([{ ...rest, event, json: new TextEncoder().encode(JSON.stringify(event)) }]);
    expect(await all(store)).toEqual([{ ...rest, event }]);
  },
  "inserting nothing changes nothing": async (store) => {
    expect(await store.insertEvents([])).toEqual(nothing);
    expect(await all(store)).toEqual([]);
  },
  "a repeated insert stores nothing and says where each event came from": async (store) => {
    const batch = [stored("a", { offset: 1 }), stored("b", { offset: 2 })];
    await store.insertEvents(batch);
    for (let again = 0; again < 2; again += 1)
      expect((await store.insertEvents(batch)).duplicates).toEqual(
        new Map(batch.map(({ origin, offset }, index) => [index, { origin, offset }])),
      );
    expect(await all(store)).toEqual(batch);
  },
  "a producer's re-send is told apart from an own replay by its place, and the first one stays": async (
    store,
  ) => {
    const first = stored("a", { offset: 1 });
    await store.insertEvents([first]);
    const resent = stored("a", { offset: 9, origin: "log-1/gpu.metrics.v1/4", tsMs: START_MS + 5 });
    const fresh = stored("b", { offset: 10 });
    const outcome = await store.insertEvents([fresh, resent]);
    expect(outcome.duplicates).toEqual(new Map([[1, { origin: first.origin, offset: 1 }]]));
    expect(outcome.refused).toEqual(new Map());
    expect(await all(store)).toEqual([first, fresh]);
  },
  "events that can never be stored are named, and the others of the batch are stored": async (store) => {
    const huge = stored("huge", {
      event: gpuEvent("huge", { pod: "x".repeat(17 * 1024 * 1024) }),
    });
    const untimed = stored("untimed", { tsMs: Number.NaN });
    const outcome = await store.insertEvents([stored("a"), huge, untimed, stored("b")]);
    expect([...outcome.refused.keys()].sort()).toEqual([1, 2]);
    expect(outcome.refused.get(1)).toMatch(/\d+ bytes/);
    expect(outcome.refused.get(2)).toContain("tsMs is NaN");
    expect(outcome.duplicates.size).toBe(0);
    expect(ids(await all(store))).toEqual(["a", "b"]);
  },
  "many events at once are all stored": async (store) => {
    const batch = Array.from({ length: 2345 }, (_, index) =>
      stored(`e${String(index).padStart(6, "0")}`, { offset: index }),
    );
    await store.insertEvents(batch);
    expect(ids(await all(store))).toEqual(ids(batch));
  },
  "of many events at once each one that was there is named, wherever it stands": async (store) => {
    const batch = Array.from({ length: 300 }, (_, index) =>
      stored(`e${String(index).padStart(6, "0")}`, { offset: index }),
    );
    const there = [...new Set(fc.sample(fc.nat(299), { numRuns: 60, seed: 1 }))].sort((a, b) => a - b);
    await store.insertEvents(there.map((index) => ({ ...batch[index]!, offset: 1_000 + index })));
    const { duplicates } = await store.insertEvents(batch);
    expect([...duplicates]).toEqual(there.map((index) => [index, { origin: ORIGIN, offset: 1_000 + index }]));
    expect(ids(await all(store))).toEqual(ids(batch));
  },
  "a scan is in order of ids and keeps to its filter": async (store) => {
    await store.insertEvents([
      stored("c", { tsMs: START_MS + 20 }),
      stored("a", { tsMs: START_MS + 30 }),
      stored("b", { tsMs: START_MS + 10, kind: "token" }),
      stored("B", { tsMs: START_MS }),
    ]);
    expect(ids(await all(store))).toEqual(["B", "a", "b", "c"]);
    expect(ids(await all(store, { kind: "gpu" }))).toEqual(["B", "a", "c"]);
    expect(ids(await all(store, { fromMs: START_MS + 10, toMs: START_MS + 30 }))).toEqual(["b", "c"]);
    expect(ids(await all(store, { kind: "token", toMs: START_MS }))).toEqual([]);
    expect(ids(await all(store, { ids: ["c", "none", "b", "B"] }))).toEqual(["B", "b", "c"]);
    expect(ids(await all(store, { kind: "gpu", ids: ["c", "b"], toMs: START_MS + 30 }))).toEqual(["c"]);
    expect(ids(await all(store, { ids: [] }))).toEqual([]);
  },
  "a scan that is left early leaves the store usable": async (store) => {
    await store.insertEvents([stored("a"), stored("b")]);
    for await (const one of store.scanEvents()) {
      expect(one.event.event_id).toBe("a");
      break;
    }
    await store.insertEvents([stored("c")]);
    expect(ids(await all(store))).toEqual(["a", "b", "c"]);
  },
  "the newest event of each subject is kept, whatever the order of arrival": async (store) => {
    await store.keepLatest([latest("GPU-1", 5, "a"), latest("GPU-2", 5, "b")]);
    await store.keepLatest([latest("GPU-1", 9, "d"), latest("GPU-1", 7, "c"), latest("GPU-2", 4, "x")]);
    const kept = [latest("GPU-1", 9, "d"), latest("GPU-2", 5, "b")];
    const bySubject = async () =>
      [...(await store.latest("gpu"))].sort((a, b) => (a.subject < b.subject ? -1 : 1));
    expect(await bySubject()).toEqual(kept);
    await store.keepLatest([latest("GPU-1", 9, "later of the same time"), latest("GPU-1", 9, "d")]);
    await store.keepLatest([]);
    expect(await bySubject()).toEqual(kept);
    expect(await store.latest("token")).toEqual([]);
  },
  "the same subject of another kind is another one": async (store) => {
    const token = { ...latest("x", 1, "t"), kind: "token" as const };
    await store.keepLatest([latest("x", 2, "g"), token]);
    expect(await store.latest("token")).toEqual([token]);
    expect(await store.latest("gpu")).toEqual([latest("x", 2, "g")]);
  },
};
