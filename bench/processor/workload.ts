import type { LogRecord, OutRecord, RecordBatch } from "../../src/eventlog/port.ts";
import { processorSettings } from "../../src/processor/config.ts";
import type { PipelineRules } from "../../src/processor/pipeline.ts";
import { planBatch } from "../../src/processor/plan.ts";
import { pipelineRules } from "../../src/processor/rules.ts";
import type { StoredEvent } from "../../src/store/port.ts";
import { readSettings } from "../../src/support/settings.ts";
import { encodeEvent, partitionKey } from "../../src/telemetry/encode.ts";
import { defaultTopics } from "../../src/telemetry/topics.ts";
import { batches as storeBatches, ticks } from "../store/workload.ts";

export const settings = readSettings(processorSettings, {});
export const rules: PipelineRules = pipelineRules(settings);

/** GPU and token events of some hours, as a producer would send them. */
export function workload(events: number): OutRecord[] {
  const all: OutRecord[] = [];
  for (const { events: some } of storeBatches(ticks(events, Date.now() - 60_000), 200))
    for (const { kind, event } of some)
      all.push({ topic: defaultTopics[kind], key: partitionKey(event), value: encodeEvent(event) });
  return all.slice(0, events);
}

export type Delivered = RecordBatch & { readonly stored: readonly StoredEvent[] };

/** The records as a consumer delivers them, in batches of one partition each, with what they become. */
export function batchesOf(records: readonly OutRecord[], size: number): Delivered[] {
  const partitions = Map.groupBy(records, ({ topic, key }) => `${topic}/${Number(Bun.hash(key!) % 12n)}`);
  const batches: Delivered[] = [];
  for (const [origin, members] of partitions)
    for (let from = 0; from < members.length; from += size) {
      const part: LogRecord[] = members.slice(from, from + size).map(({ key, value }, at) => ({
        offset: from + at,
        key,
        value,
        headers: {},
        appendedMs: Date.now(),
      }));
      const [topic, partition] = origin.split("/") as [string, string];
      const batch = { topic, partition: Number(partition), origin, records: part, endOffset: members.length };
      const kind = topic === defaultTopics.gpu ? "gpu" : "token";
      batches.push({ ...batch, stored: planBatch(batch, kind, rules.plan).writes });
    }
  return batches;
}
