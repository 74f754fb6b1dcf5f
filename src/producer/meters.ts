import type { OutRecord } from "../eventlog/port.ts";
import type { Ca3Meters } from "../telemetry/metric-catalogue.ts";
import type { EventKind } from "../telemetry/topics.ts";
import type { SourceHealth } from "./source.ts";

/** What a producer counts, one call for each thing that happens. */
export type ProducerMeters = {
  sampled(source: string, counts: Readonly<Record<EventKind, number>>): void;
  delivered(records: readonly OutRecord[], tookMs: number): void;
  failed(records: readonly OutRecord[]): void;
  /** Shows the state of the sources and the queue at each scrape; returns how to end it. */
  watch(read: () => { health: Readonly<Record<string, SourceHealth>>; queuedBytes: number }): () => void;
};

/** Moves the metrics of the catalogue; without meters, as when nobody scrapes, it does nothing. */
export function producerMeters(meters: Ca3Meters | undefined): ProducerMeters {
  if (meters === undefined)
    return { sampled: () => {}, delivered: () => {}, failed: () => {}, watch: () => () => {} };
  return {
    sampled: (source, counts) => {
      for (const kind of ["gpu", "token"] as const)
        if (counts[kind] > 0) meters.add("producer_samples_total", { source, kind }, counts[kind]);
    },
    delivered: (records, tookMs) => {
      for (const [topic, count] of countByTopic(records)) {
        meters.add("producer_records_sent_total", { topic, result: "ok" }, count);
        meters.observe("producer_delivery_seconds", { topic }, tookMs / 1000);
      }
    },
    failed: (records) => {
      for (const [topic, count] of countByTopic(records))
        meters.add("producer_records_sent_total", { topic, result: "error" }, count);
    },
    watch: (read) =>
      meters.onScrape(() => {
        const { health, queuedBytes } = read();
        meters.set("producer_queue_bytes", {}, queuedBytes);
        for (const [source, { ok, lastSuccessMs }] of Object.entries(health)) {
          meters.set("producer_source_up", { source }, ok ? 1 : 0);
          if (lastSuccessMs !== undefined)
            meters.set("producer_last_success_timestamp_seconds", { source }, lastSuccessMs / 1000);
        }
      }),
  };
}

function countByTopic(records: readonly OutRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { topic } of records) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
}
