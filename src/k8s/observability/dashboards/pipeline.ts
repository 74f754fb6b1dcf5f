import { dashboard, type Panel } from "./panel.ts";

const panels: readonly Panel[] = [
  {
    title: "Events per second, sent",
    what: "Events that the log has acknowledged to producers",
    unit: "short",
    queries: [
      ['sum by (topic) (rate(producer_records_sent_total{result="ok"}[$__rate_interval]))', "{{topic}}"],
    ],
  },
  {
    title: "Events per second, by what became of them",
    what: "Records of the log by their result",
    unit: "short",
    stacked: true,
    queries: [["sum by (result) (rate(processor_records_total[$__rate_interval]))", "{{result}}"]],
  },
  {
    title: "Lag",
    what: "Records that wait in the log",
    unit: "short",
    queries: [["sum by (topic) (max by (topic, partition) (processor_consumer_lag))", "{{topic}}"]],
  },
  {
    title: "Age of what waits",
    what: "How long the oldest record has been waiting",
    unit: "s",
    queries: [["max by (topic) (processor_consumer_lag_seconds)", "{{topic}}"]],
  },
  {
    title: "From an event to the store",
    what: "Ninety-nine of a hundred events are stored faster than the upper line",
    unit: "s",
    queries: [
      [
        "histogram_quantile(0.99, sum by (le) (rate(event_store_delay_seconds_bucket[$__rate_interval])))",
        "99 %",
      ],
      [
        "histogram_quantile(0.5, sum by (le) (rate(event_store_delay_seconds_bucket[$__rate_interval])))",
        "half",
      ],
    ],
  },
  {
    title: "Writes to the store",
    what: "Duration of writes that succeeded, and writes that failed",
    unit: "s",
    queries: [
      [
        "histogram_quantile(0.99, sum by (le, collection) (rate(processor_mongo_write_duration_seconds_bucket[$__rate_interval])))",
        "99 % {{collection}}",
      ],
    ],
  },
  {
    title: "Dead letters",
    what: "Records an hour that can never be stored",
    unit: "short",
    queries: [["sum by (topic, reason) (increase(processor_dead_letter_total[1h]))", "{{topic}} {{reason}}"]],
  },
  {
    title: "Partitions per processor",
    what: "How the work is shared out",
    unit: "short",
    queries: [["sum by (instance) (processor_assigned_partitions)", "{{instance}}"]],
  },
];

export const pipelineDashboard = dashboard("ca3-pipeline", "ca3: throughput", panels);
