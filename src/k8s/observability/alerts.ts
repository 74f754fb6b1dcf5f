import { type AlertRule, runbook, type Severity } from "./rule.ts";

export type AlertNames = {
  readonly app: string;
  readonly platform: string;
  /** How long the log keeps events, ms. */
  readonly retentionMs: number;
};

/** What can go wrong with the pipeline, and who is to know. */
export function pipelineAlerts({ app, platform, retentionMs }: AlertNames): AlertRule[] {
  const halfRetentionS = Math.round(retentionMs / 2000);
  const here = `namespace=~"${app}|${platform}"`;
  return [
    alert("Ca3ProcessorDown", "page", "5m", {
      expr: `(sum(up{namespace="${app}", job="processor"}) or vector(0)) == 0`,
      summary: "No processor is running",
      description: "Prometheus reaches no processor. Events wait in Kafka and nothing is lost.",
    }),
    alert("Ca3DependencyDown", "page", "5m", {
      expr: "max by (job, dependency) (dependency_up) == 0",
      summary: "{{ $labels.job }} cannot reach the {{ $labels.dependency }}",
      description: "It waits and goes on by itself when the {{ $labels.dependency }} answers again.",
    }),
    alert("Ca3PoisonStopped", "page", "1m", {
      expr: 'min by (job) (ready{check="poison"}) == 0',
      summary: "The processor has stopped, because too many records cannot be stored",
      description:
        "So many of the newest records are wrong that a sender must be broken. Look at the dead letters.",
    }),
    alert("Ca3LagOld", "page", "10m", {
      expr: "max(processor_consumer_lag_seconds) > 300",
      summary: "Events wait for {{ $value | humanizeDuration }}",
      description: "The processors do not keep up, or do not run.",
    }),
    alert("Ca3RetentionAtRisk", "page", "1m", {
      expr: `max(processor_consumer_lag_seconds) > ${halfRetentionS}`,
      summary: "Events will soon be deleted before they are stored",
      description: "The oldest event that waits is older than half of what Kafka keeps.",
    }),
    alert("Ca3DeadLetters", "ticket", undefined, {
      expr: "sum by (topic, reason) (increase(processor_dead_letter_total[1h])) > 0",
      summary: "Records of {{ $labels.topic }} cannot be stored: {{ $labels.reason }}",
      description: "They are kept as dead letters, in the last hour {{ $value | humanize }}.",
    }),
    alert("Ca3ProducersSilent", "ticket", "10m", {
      expr: 'sum(rate(producer_records_sent_total{result="ok"}[10m])) == 0',
      summary: "No producer has sent anything for ten minutes",
      description: "Producers run and send nothing.",
    }),
    alert("Ca3SourceDown", "ticket", "10m", {
      expr: "min by (job, source) (producer_source_up) == 0",
      summary: "The source {{ $labels.source }} does not answer",
      description: "A GPU or a server is not read; what it costs meanwhile is not known.",
    }),
    alert("Ca3CostUnreconciled", "ticket", "15m", {
      expr: "max(abs(cost_unreconciled_usd)) > 0.01",
      summary: "Used and idle cost do not add up to the bill",
      description: "They differ by {{ $value }} dollars, which is a bug: report it.",
    }),
    alert("Ca3SeriesLeftOut", "ticket", undefined, {
      expr: "max(increase(cost_label_overflow_total[1h])) > 0",
      summary: "Cost metrics leave series out",
      description: "A label has more values than processor.maxLabelValues allows.",
    }),
    alert("Ca3Restarts", "ticket", undefined, {
      expr: `sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total{${here}}[1d])) >= 3`,
      summary: "{{ $labels.pod }} was restarted {{ $value | humanize }} times in a day",
      description: "Fewer than three restarts a day are promised.",
    }),
    alert("Ca3VolumeFilling", "page", "15m", {
      expr: `kubelet_volume_stats_available_bytes{namespace="${platform}"} / kubelet_volume_stats_capacity_bytes{namespace="${platform}"} < 0.1`,
      summary: "The volume {{ $labels.persistentvolumeclaim }} is nearly full",
      description: "{{ $value | humanizePercentage }} of it is free.",
    }),
  ];
}

type Words = { readonly expr: string; readonly summary: string; readonly description: string };

const alert = (
  name: string,
  severity: Severity,
  lasts: string | undefined,
  { expr, summary, description }: Words,
): AlertRule => ({
  ...{ alert: name, expr, ...(lasts === undefined ? {} : { for: lasts }) },
  labels: { severity },
  annotations: { summary, description, runbook: runbook(name) },
});
