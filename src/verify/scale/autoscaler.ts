import { at, conditionOf, type LiveObject, listAt, numberAt, textAt } from "../../k8s/live-object.ts";
import { amountOf } from "../../k8s/preflight/amounts.ts";
import { formatCount } from "../../support/format.ts";

/** What an autoscaler goes by: a share of what is requested, in percent, or an amount for each replica. */
export type Metric = {
  readonly name: string;
  readonly percent: boolean;
  readonly target: number;
  /** Absent as long as nobody has measured it. */
  readonly now: number | undefined;
};

/** An autoscaler as it says itself that it is. */
export type Autoscaler = {
  readonly min: number;
  readonly max: number;
  readonly current: number;
  readonly desired: number;
  readonly metrics: readonly Metric[];
  /** Why it can do nothing at all: what it says of AbleToScale and ScalingActive when they are not true. */
  readonly trouble: string | undefined;
  /** Why it would go further, up or down, and may not, or not yet; in its own words. */
  readonly holds: string | undefined;
};

/** Reasons for which one that is able to scale does not do it now. */
const WAITS = /Stabilized$|^Backoff/;

/** Reads an `autoscaling/v2` object. Pure. */
export function autoscalerFrom(object: LiveObject): Autoscaler {
  const statuses = listAt(object, "status", "currentMetrics");
  const bad = ["AbleToScale", "ScalingActive"]
    .map((type) => conditionOf(object, type))
    .find((found) => found !== undefined && found.status !== "True");
  const [able, limited] = ["AbleToScale", "ScalingLimited"].map((type) => conditionOf(object, type));
  const holding = limited?.status === "True" ? limited : WAITS.test(able?.reason ?? "") ? able : undefined;
  return {
    min: numberAt(object, "spec", "minReplicas") ?? 1,
    max: numberAt(object, "spec", "maxReplicas") ?? 0,
    current: numberAt(object, "status", "currentReplicas") ?? 0,
    desired: numberAt(object, "status", "desiredReplicas") ?? 0,
    metrics: listAt(object, "spec", "metrics").flatMap((one) => metricFrom(one, statuses)),
    trouble: bad === undefined ? undefined : bad.message || bad.reason,
    holds: holding === undefined ? undefined : holding.message || holding.reason,
  };
}

function metricFrom(spec: unknown, statuses: readonly unknown[]): readonly Metric[] {
  const type = textAt(spec, "type") ?? "";
  const key = `${type.slice(0, 1).toLowerCase()}${type.slice(1)}`;
  const nameIn = (one: unknown) => textAt(one, key, "name") ?? textAt(one, key, "metric", "name");
  const name = nameIn(spec);
  if (name === undefined) return [];
  const target = at(spec, key, "target");
  const current = at(
    statuses.find((one) => nameIn(one) === name),
    key,
    "current",
  );
  const share = numberAt(target, "averageUtilization");
  if (share !== undefined)
    return [{ name, percent: true, target: share, now: numberAt(current, "averageUtilization") }];
  const of = at(target, "averageValue") === undefined ? "value" : "averageValue";
  const now = at(current, of);
  const amount = amountOf(at(target, of));
  return [{ name, percent: false, target: amount, now: now === undefined ? undefined : amountOf(now) }];
}

/** So far from its target a metric changes nothing: the autoscaler's own default. */
const TOLERANCE = 0.1;

/**
 * How many replicas a metric calls for, by the autoscaler's own formula: `ceil(replicas × value / target)`, unless the two
 * are about the same. Pods that are not ready, which it counts in its own way, are left out of account. Pure.
 */
export function wantedBy({ now, target }: Metric, replicas: number): number | undefined {
  if (now === undefined || target <= 0) return undefined;
  const ratio = now / target;
  return Math.abs(ratio - 1) <= TOLERANCE ? replicas : Math.ceil(replicas * ratio - 1e-9);
}

/** How many replicas all its metrics together call for, within its bounds; nothing when none is measured. Pure. */
export function calledFor({ metrics, current, min, max }: Autoscaler): number | undefined {
  const wanted = metrics.flatMap((metric) => wantedBy(metric, current) ?? []);
  return wanted.length === 0 ? undefined : Math.min(max, Math.max(min, ...wanted));
}

const valueText = ({ percent }: Metric, value: number): string =>
  percent ? `${Math.round(value)} %` : formatCount(value);

/** `cpu 212 % of 70 %`. */
export const metricText = (metric: Metric): string => {
  const { name, now, target } = metric;
  return `${name} ${now === undefined ? "not measured" : valueText(metric, now)} of ${valueText(metric, target)}`;
};

export const metricsText = (metrics: readonly Metric[]): string =>
  metrics.length === 0 ? "no metric" : metrics.map(metricText).join(", ");
