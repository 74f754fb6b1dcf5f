import type { OutRecord } from "../eventlog/port.ts";
import type { ProducingMeters } from "../telemetry/metric-catalogue.ts";
import type { EventKind } from "../telemetry/topics.ts";
import type { SourceHealth, SourceMeters } from "./source.ts";

/** What a producer counts, one call for each thing that happens. */
export type ProducerMeters = {
  sampled(source: string, counts: Readonly<Record<EventKind, number>>): void;
  delivered(records: readonly OutRecord[], tookMs: number): void;
  failed(records: readonly OutRecord[]): void;
  /** What the source of this name counts by itself. */
  ofSource(source: string): SourceMeters | undefined;
  /** Shows the state of the sources and the queue at each scrape; returns how to end it. */
  watch(read: () => { health: Readonly<Record<string, SourceHealth>>; queuedBytes: number }): () => void;
};

/** Moves the metrics of the catalogue; without meters, as when nobody scrapes, it does nothing. */
export function producerMeters(meters: ProducingMeters | undefined): ProducerMeters {
  if (meters === undefined)
    return {
      ...{ sampled: () => {}, delivered: () => {}, failed: () => {} },
      ...{ ofSource: () => undefined, watch: () => () => {} },
    };
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
    ofSource: (source) => sourceMeters(meters, source),
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

function sourceMeters(meters: ProducingMeters, source: string): SourceMeters {
  let lacking = new Set<string>();
  return {
    timed: (tookMs) => meters.observe("producer_scrape_duration_seconds", { source }, tookMs / 1000),
    failed: (reason) => meters.add("producer_scrape_errors_total", { source, reason }),
    reset: (counters = 1) => meters.add("producer_counter_resets_total", { source }, counters),
    rescaled: (field, values = 1) => meters.add("producer_unit_rescaled_total", { source, field }, values),
    missing: (fields) => {
      const now = new Set(fields);
      for (const field of lacking)
        if (!now.has(field)) meters.set("producer_field_missing", { source, field }, 0);
      for (const field of now) meters.set("producer_field_missing", { source, field }, 1);
      lacking = now;
    },
  };
}

function countByTopic(records: readonly OutRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { topic } of records) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
}
