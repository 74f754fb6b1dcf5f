import { counter, gauge, histogram } from "../../support/metric-facts.ts";

const scrapeBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const deliveryBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** What a producer counts. */
export const producerMetrics = {
  producer_records_sent_total: counter(
    "records",
    ["topic", "result"],
    "Records by the log's answer: ok or error (an error is sent again)",
  ),
  producer_samples_total: counter("events", ["source", "kind"], "Events read from a source"),
  producer_source_up: gauge("1", ["source"], "1 when the source answers, 0 when not"),
  producer_scrape_duration_seconds: histogram(
    "seconds",
    ["source"],
    scrapeBuckets,
    "Time one reading of a source took",
  ),
  producer_scrape_errors_total: counter("readings", ["source", "reason"], "Readings of a source that failed"),
  producer_counter_resets_total: counter(
    "resets",
    ["source"],
    "Counters of a source that started again from zero",
  ),
  producer_unit_rescaled_total: counter(
    "values",
    ["source", "field"],
    "Values whose unit was not the declared one and was corrected",
  ),
  producer_field_missing: gauge(
    "1",
    ["source", "field"],
    "1 when the last reading of the source lacked the field",
  ),
  producer_queue_bytes: gauge("bytes", [], "Bytes read from sources and not yet acknowledged by the log"),
  producer_delivery_seconds: histogram(
    "seconds",
    ["topic"],
    deliveryBuckets,
    "Time from sending a batch to its acknowledgement",
  ),
  producer_last_success_timestamp_seconds: gauge(
    "seconds",
    ["source"],
    "Unix time of the last reading of the source that succeeded",
  ),
} as const;
