import type { OutRecord } from "../../src/eventlog/port.ts";
import type { ProcessorSettings } from "../../src/processor/config.ts";
import { topicsOf } from "../../src/processor/rules.ts";
import { createProcessor } from "../../src/processor/service.ts";
import { silentLogger } from "../../src/support/log.ts";
import { createMeters } from "../../src/support/meters.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { type MemoryLog, memoryLog } from "../helpers/memory-log.ts";
import { type MemoryStore, memoryStore } from "../helpers/memory-store.ts";
import type { SteeredClock } from "../helpers/steered-clock.ts";
import { bytesOf } from "../helpers/telemetry.ts";

export type ProcessorRig = Awaited<ReturnType<typeof processorRig>>;

/** A processor on a log and a store in memory, whose calls fail as `faults` says. It is not started. */
export async function processorRig(clock: SteeredClock, settings: ProcessorSettings, into?: MemoryStore) {
  const log: MemoryLog = memoryLog("memory", clock);
  const store: MemoryStore = into ?? memoryStore();
  const meters = await createMeters(metricCatalogue);
  const faults: {
    insert?: () => Error;
    append?: () => Error;
    ping?: () => Error;
    ensure?: () => Error;
    hang?: Promise<void>;
  } = {};
  const faulty = {
    log: {
      ...log,
      ensureTopics: async (specs: Parameters<MemoryLog["ensureTopics"]>[0]) => {
        if (faults.ensure) throw faults.ensure();
        return log.ensureTopics(specs);
      },
      append: async (records: readonly OutRecord[]) => {
        if (faults.append && records[0]?.topic.endsWith(".dlq")) throw faults.append();
        return log.append(records);
      },
    },
    store: {
      ...store,
      ping: async () => {
        if (faults.ping) throw faults.ping();
      },
      insertEvents: async (events: Parameters<MemoryStore["insertEvents"]>[0]) => {
        await faults.hang;
        if (faults.insert) throw faults.insert();
        return store.insertEvents(events);
      },
    },
  };
  const processor = createProcessor({
    ...faulty,
    topics: topicsOf(settings),
    settings,
    meters,
    logger: silentLogger,
    clock,
    random: () => 1,
  });
  const send = (topic: string, ...values: unknown[]) =>
    log.append(values.map((value, at) => ({ topic, key: `k${at}`, value: bytesOf(value) })));
  const check = (name: string) => processor.status().checks.find((one) => one.name === name);
  const metric = async (line: string) => {
    const lines = (await meters.registry.metrics()).split("\n");
    return Number(
      lines
        .find((one) => one.startsWith(`${line} `))
        ?.split(" ")
        .at(-1) ?? Number.NaN,
    );
  };
  const lag = async () =>
    (await log.lag(settings.group, Object.values(topicsOf(settings)))).reduce((sum, one) => sum + one.lag, 0);
  return { log, store, processor, faults, send, check, metric, lag, meters, clock };
}
