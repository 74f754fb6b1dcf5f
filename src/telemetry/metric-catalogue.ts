import type { RelayedMeters } from "../support/meters/relay.ts";
import type { Meters } from "../support/meters.ts";
import type { MetricCatalogue } from "../support/metric-facts.ts";
import { runtimeMetrics } from "../support/runtime-metrics.ts";
import { costMetrics } from "./metrics/cost.ts";
import { logMetrics, processorMetrics, storeMetrics } from "./metrics/processor.ts";
import { producerMetrics } from "./metrics/producer.ts";
import { serviceMetrics } from "./metrics/service.ts";

/** Every Prometheus metric that `ca3` publishes. Nothing else can be counted: names and labels are types. */
export const metricCatalogue = {
  ...serviceMetrics,
  ...runtimeMetrics,
  ...producerMetrics,
  ...processorMetrics,
  ...logMetrics,
  ...storeMetrics,
  ...costMetrics,
} as const satisfies MetricCatalogue;

export type Ca3Meters = Meters<typeof metricCatalogue>;

/** What a producer in a process of its own publishes. */
export const producerCatalogue = {
  ...serviceMetrics,
  ...runtimeMetrics,
  ...producerMetrics,
} as const satisfies MetricCatalogue;

/** The meters a producer needs, in whichever thread or process it runs. */
export type ProducingMeters = RelayedMeters<typeof producerMetrics>;
