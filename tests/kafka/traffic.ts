import type { EventLog, LogConsumer, OutRecord } from "../../src/eventlog/port.ts";
import { isOutage } from "../../src/support/errors.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Appends numbers until stopped, again when that was an outage, as a producer does. */
export function startFeed(log: EventLog, topic: string, perCall = 20) {
  const acknowledged: number[] = [];
  const state = { on: true, outages: 0, longestGapMs: 0 };
  let next = 0;
  const running = (async () => {
    let lastMs = Date.now();
    while (state.on) {
      const numbers = Array.from({ length: perCall }, () => next++);
      const call = numbers.map(
        (one): OutRecord => ({ topic, key: String(one % 24), value: encoder.encode(String(one)) }),
      );
      for (let done = false; !done; ) {
        try {
          await log.append(call);
          done = true;
        } catch (error) {
          if (!isOutage(error)) throw error;
          state.outages++;
          await Bun.sleep(100);
        }
      }
      acknowledged.push(...numbers);
      state.longestGapMs = Math.max(state.longestGapMs, Date.now() - lastMs);
      lastMs = Date.now();
      await Bun.sleep(5);
    }
  })();
  return {
    acknowledged,
    state,
    async stop() {
      state.on = false;
      await running;
    },
  };
}

/** Reads in a group until stopped, joining again after an outage, as a processor does. */
export function startReading(log: EventLog, topic: string, group: string) {
  const seen: number[] = [];
  const state = { on: true, outages: 0, failure: undefined as unknown };
  let consumer: LogConsumer | undefined;
  const running = (async () => {
    while (state.on) {
      try {
        consumer = await log.consume({
          ...{ group, topics: [topic], maxBatchBytes: 100_000, maxBatchRecords: 100 },
          onBatch: async ({ records }) => {
            seen.push(...records.map(({ value }) => Number(decoder.decode(value))));
          },
        });
        await consumer.done;
      } catch (error) {
        if (!isOutage(error)) {
          state.failure = error;
          return;
        }
        state.outages++;
        await Bun.sleep(200);
      }
    }
  })();
  return {
    seen,
    state,
    async stop() {
      state.on = false;
      await consumer?.stop();
      await running;
    },
  };
}

export const missing = (wanted: readonly number[], seen: readonly number[]): number[] => {
  const there = new Set(seen);
  return wanted.filter((one) => !there.has(one));
};
export const doubles = (seen: readonly number[]): number => seen.length - new Set(seen).size;
