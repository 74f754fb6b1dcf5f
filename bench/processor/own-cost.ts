import type { WritePorts } from "../../src/processor/group-write.ts";
import { OutageWatch } from "../../src/processor/outage.ts";
import { createPipeline } from "../../src/processor/pipeline.ts";
import { systemClock } from "../../src/support/clock.ts";
import { silentLogger } from "../../src/support/log.ts";
import { createMeters } from "../../src/support/meters.ts";
import { decodeEvent } from "../../src/telemetry/decode.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { planRollups } from "../../src/telemetry/rollup-plan.ts";
import { defaultTopics } from "../../src/telemetry/topics.ts";
import { type Delivered, rules } from "./workload.ts";

const none = { duplicates: new Map(), refused: new Map() };

/** A store and a log that acknowledge everything and keep nothing. */
export const nothingStored: WritePorts = {
  log: { append: async () => {} },
  store: {
    insertEvents: async () => none,
    applyRollups: async () => {},
    keepLatest: async () => {},
    addDeadLetters: async () => {},
  },
};

async function nanosPerEvent(
  batches: readonly Delivered[],
  work: () => void | Promise<void>,
): Promise<number> {
  const events = batches.reduce((sum, batch) => sum + batch.records.length, 0);
  Bun.gc(true);
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / events;
}

/** CPU nanoseconds per event. */
export const ownCost = {
  floor: (batches: readonly Delivered[]) =>
    nanosPerEvent(batches, () => {
      for (const { topic, origin, records } of batches) {
        const kind = topic === defaultTopics.gpu ? "gpu" : "token";
        const items = [];
        for (const { value, appendedMs, offset } of records) {
          const decoded = decodeEvent(kind, { value, appendedMs, origin, offset }, rules.plan.limits);
          if (decoded.ok) items.push({ event: decoded.event, tsMs: decoded.tsMs, offset });
        }
        planRollups(origin, items);
      }
    }),
  whole: async (batches: readonly Delivered[], ports: WritePorts) => {
    const context = {
      clock: systemClock,
      meters: await createMeters(metricCatalogue),
      logger: silentLogger,
      outages: new OutageWatch(),
      random: Math.random,
    };
    const pipeline = createPipeline(ports, defaultTopics, rules, context);
    const { signal } = new AbortController();
    return nanosPerEvent(batches, async () => {
      for (let at = 0; at < batches.length; at += 4)
        await Promise.all(batches.slice(at, at + 4).map((batch) => pipeline.handle(batch, signal)));
    });
  },
};
