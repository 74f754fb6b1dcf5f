import { counter, gauge, histogram } from "../../support/metric-facts.ts";

/** Seconds from an event to its place in the store; 10 s is the freshness objective. */
const delayBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300] as const;
const writeBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
const sizeBuckets = [1, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000] as const;

/** What the processor counts. Received before the work, stored after its success. */
export const processorMetrics = {
  processor_records_consumed_total: counter("records", ["topic"], "Records received from the log"),
  processor_records_total: counter(
    "records",
    ["topic", "result"],
    "Records by result: stored, replayed (own redelivery), duplicate (sent again by a producer), dead_letter, released (given back undone)",
  ),
  processor_validation_failures_total: counter(
    "records",
    ["topic", "reason"],
    "Records that can never be stored, by reason, when they were found",
  ),
  processor_dead_letter_total: counter(
    "records",
    ["topic", "reason"],
    "Records acknowledged by the dead-letter topic",
  ),
  processor_events_minted_total: counter(
    "events",
    ["topic"],
    "Events that came without an identity and were given one from their place in the log",
  ),
  processor_inflight_records: gauge("records", [], "Records received and not done with"),
  processor_inflight_bytes: gauge("bytes", [], "Bytes of the records received and not done with"),
  event_store_delay_seconds: histogram(
    "seconds",
    ["topic"],
    delayBuckets,
    "Time from an event to the acknowledgement of the store",
  ),
  event_broker_delay_seconds: histogram(
    "seconds",
    ["topic"],
    delayBuckets,
    "Time from an event to its place in the log; tells a slow producer from a slow processor",
  ),
  processor_batch_records: histogram("records", [], sizeBuckets, "Records that were stored in one go"),
  processor_outage_seconds: gauge(
    "seconds",
    ["dependency"],
    "How long a step has been waiting for a dependency to come back; 0 when it answers",
  ),
  processor_bug_retries_total: counter("tries", ["step"], "Repeats of a step that failed in an unknown way"),
} as const;

/** What the processor counts about the log. */
export const logMetrics = {
  processor_consumer_lag: gauge("records", ["topic", "partition"], "Records not yet processed"),
  processor_consumer_lag_seconds: gauge(
    "seconds",
    ["topic", "partition"],
    "Age of the oldest record not yet processed",
  ),
  processor_committed_offset: gauge(
    "offset",
    ["topic", "partition"],
    "Offset of the next record the group will read",
  ),
  processor_stored_offset: gauge("offset", ["topic", "partition"], "Offset after the newest stored record"),
  processor_assigned_partitions: gauge("partitions", [], "Partitions this processor owns"),
  processor_paused_partitions: gauge("partitions", ["reason"], "Partitions that wait for a dependency"),
  processor_rebalances_total: counter(
    "changes",
    ["kind"],
    "Partitions assigned to or revoked from this processor",
  ),
} as const;

/** What the processor counts about the store. The names are those of the service level indicators, whatever the store. */
export const storeMetrics = {
  processor_mongo_write_total: counter(
    "writes",
    ["collection", "result"],
    "Write calls to the store by collection: ok or error",
  ),
  processor_mongo_write_duration_seconds: histogram(
    "seconds",
    ["collection"],
    writeBuckets,
    "Duration of write calls to the store that succeeded",
  ),
  processor_mongo_batch_documents: histogram("documents", [], sizeBuckets, "Documents in one write call"),
  processor_mongo_duplicates_total: counter(
    "documents",
    ["collection"],
    "Documents that the store already held",
  ),
  processor_mongo_retries_total: counter(
    "tries",
    ["reason"],
    "Write calls repeated after an outage, by error code",
  ),
  processor_rollup_lag_seconds: gauge(
    "seconds",
    ["rollup"],
    "Age of the newest event that the rollups of a kind include",
  ),
} as const;
