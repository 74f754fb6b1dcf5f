import { expect } from "bun:test";
import type { TelemetryStore } from "../../../src/store/port.ts";
import type { Contract } from "./contract.ts";
import { all } from "./events.ts";
import { delta, HOUR_MS, keyOf, START_MS, stored } from "./samples.ts";

/** Until nothing more goes, as the port says. */
async function expireAll(store: TelemetryStore, nowMs: number): Promise<number> {
  let total = 0;
  for (;;) {
    const gone = await store.expire(nowMs);
    if (gone === 0) return total;
    total += gone;
  }
}

/** For stores that delete by themselves `expire` need not do anything. */
export const expiryPromises: Contract = {
  "an event may go from its expiry on, not before": async (store) => {
    await store.insertEvents([
      stored("a", { expiresMs: START_MS + 10 }),
      stored("b", { expiresMs: START_MS + 20 }),
      stored("c", { expiresMs: START_MS + 30 }),
    ]);
    expect(await expireAll(store, START_MS + 9)).toBe(0);
    expect(await expireAll(store, START_MS + 20)).toBe(2);
    expect((await all(store)).map((one) => one.event.event_id)).toEqual(["c"]);
    expect(await expireAll(store, START_MS + 20)).toBe(0);
  },
  "ten-second rollups go after six hours, minute ones after 45 days, hour ones stay; a past that nothing follows stays":
    async (store) => {
      const widths = [10, 60, 3600] as const;
      await store.applyRollups(
        widths.map((resolutionS) => delta(keyOf({ resolutionS }), [{ offset: 1, sums: {} }])),
      );
      expect(await expireAll(store, START_MS * 2)).toBe(0);
      const later = { ...delta(keyOf({ kind: "token" }), [{ offset: 1, sums: {} }]), newestMs: START_MS * 3 };
      await store.applyRollups([{ ...later, key: { ...later.key, resolutionS: 3600 } }]);
      const left = async () => {
        const found: number[] = [];
        for (const resolutionS of widths) {
          const query = {
            resolutionS,
            fromMs: START_MS,
            toMs: START_MS + HOUR_MS,
            kind: "gpu",
            groupBy: [],
          } as const;
          if ((await store.queryRollups(query)).length > 0) found.push(resolutionS);
        }
        return found;
      };
      const ended = { ten: START_MS + 10_000, minute: START_MS + 60_000 };
      for (const [nowMs, gone, kept] of [
        [ended.ten + 6 * HOUR_MS - 1, 0, [10, 60, 3600]],
        [ended.ten + 6 * HOUR_MS, 1, [60, 3600]],
        [ended.minute + 45 * 24 * HOUR_MS - 1, 0, [60, 3600]],
        [ended.minute + 45 * 24 * HOUR_MS, 1, [3600]],
        [START_MS * 2, 0, [3600]],
      ] as const) {
        expect(await expireAll(store, nowMs)).toBe(gone);
        expect(await left()).toEqual([...kept]);
      }
      expect(await store.freshness()).toMatchObject([{ kind: "gpu", events: 1 }, { kind: "token" }]);
    },
};

export const lifecyclePromises: Contract = {
  "a usable store answers a ping": async (store) => {
    expect(await store.ping()).toBeUndefined();
  },
  "a closed store says so, and closing twice is fine": async (store) => {
    await store.close();
    await store.close();
    const closed = { code: "CA3_STORE_UNAVAILABLE", message: expect.stringContaining("closed") };
    await expect(store.ping()).rejects.toMatchObject(closed);
    await expect(store.insertEvents([stored("a")])).rejects.toMatchObject(closed);
    await expect(
      store.queryRollups({ resolutionS: 60, fromMs: 0, toMs: 1, groupBy: [] }),
    ).rejects.toMatchObject(closed);
  },
};
