/** What is promised to people: how much of something has to be good, over thirty days. */
export type Objective = {
  readonly name: string;
  readonly title: string;
  /** Share that has to be good, such as 0.995. */
  readonly target: number;
  /** How much of what was counted in a window, such as `5m`, was bad; a rate. */
  readonly bad: (window: string) => string;
  readonly total: (window: string) => string;
  /** Fewer events than this in the long window of an alert say nothing. */
  readonly atLeast: number;
};

/** Prometheus 3 writes whole bounds of buckets as `10.0`, older ones as `10`. */
const below = (bound: number) => `le=~"${bound}(\\\\.0)?"`;

/** Where and what the objectives are about: probes and scrapes are no requests of people. */
const requests = 'route!~"/(health|ready|metrics)"';

export const objectives: readonly Objective[] = [
  {
    name: "availability",
    title: "API requests are answered without an error of ours",
    target: 0.995,
    bad: (window) => `sum(rate(http_requests_total{${requests}, status=~"5.."}[${window}])) or vector(0)`,
    total: (window) => `sum(rate(http_requests_total{${requests}}[${window}]))`,
    atLeast: 100,
  },
  {
    name: "latency",
    title: "API requests are answered within 200 ms",
    target: 0.95,
    bad: (window) =>
      `sum(rate(http_request_duration_seconds_count{${requests}}[${window}])) - sum(rate(http_request_duration_seconds_bucket{${requests}, le="0.2"}[${window}]))`,
    total: (window) => `sum(rate(http_request_duration_seconds_count{${requests}}[${window}]))`,
    atLeast: 100,
  },
  {
    name: "freshness",
    title: "Events are stored within 10 s",
    target: 0.99,
    bad: (window) =>
      `sum(rate(event_store_delay_seconds_count[${window}])) - sum(rate(event_store_delay_seconds_bucket{${below(10)}}[${window}]))`,
    total: (window) => `sum(rate(event_store_delay_seconds_count[${window}]))`,
    atLeast: 1000,
  },
  {
    name: "writes",
    title: "Writes to the store succeed at the first try",
    target: 0.999,
    bad: (window) => `sum(rate(processor_mongo_write_total{result="error"}[${window}])) or vector(0)`,
    total: (window) => `sum(rate(processor_mongo_write_total[${window}]))`,
    atLeast: 1000,
  },
];
