import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dashboards } from "../../../src/k8s/observability/dashboards/all.ts";
import { metricCatalogue } from "../../../src/telemetry/metric-catalogue.ts";
import { groups, metricsIn, panelQueries, recorded, ruleQueries } from "./queries.ts";

/** What the exporters of the monitoring release publish, and Prometheus itself. */
const ofExporters = new Set([
  "up",
  "kube_pod_container_status_restarts_total",
  "kube_horizontalpodautoscaler_status_current_replicas",
  "kube_horizontalpodautoscaler_status_desired_replicas",
  "kubelet_volume_stats_available_bytes",
  "kubelet_volume_stats_capacity_bytes",
]);

const ours: ReadonlySet<string> = new Set(
  Object.entries(metricCatalogue).flatMap(([name, { kind }]) =>
    (kind as string) === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name],
  ),
);
const isPublished = (name: string) => ours.has(name) || recorded.has(name) || ofExporters.has(name);

test("names of metrics are found in queries", () => {
  expect(metricsIn('sum by (a) (rate(x_total{b="c{d}"}[5m])) / y_count > 0 or vector(1)')).toEqual([
    "x_total",
    "y_count",
  ]);
});

test.each([...panelQueries, ...ruleQueries])(
  "$where asks only for metrics that somebody publishes",
  ({ expr }) => {
    expect(metricsIn(expr).filter((name) => !isPublished(name))).toEqual([]);
    expect(metricsIn(expr).length + Number(/^vector\(/.test(expr))).toBeGreaterThan(0);
  },
);

const alerts = groups.flatMap(({ rules }) => rules.filter((rule) => "alert" in rule));

describe("every alert", () => {
  test.each(alerts)(
    "$alert says what is wrong, how bad it is and where help is",
    ({ alert, labels, annotations }) => {
      expect(["page", "ticket"]).toContain(labels.severity);
      expect(annotations.summary).not.toBe("");
      expect(annotations.description).not.toBe("");
      expect(annotations.runbook).toBe(`docs/operate.md#${alert.toLowerCase()}`);
    },
  );

  test("has its section in the handbook", () => {
    const headings = readFileSync("docs/operate.md", "utf8").match(/^#+ .*$/gm) ?? [];
    const names = [...new Set(alerts.map(({ alert }) => alert))];
    expect(names.filter((name) => !headings.some((line) => line.endsWith(` ${name}`)))).toEqual([]);
  });
});

test("dashboards have uids of their own, and panels that explain themselves", () => {
  const uids = dashboards.map(({ uid }) => uid);
  expect(uids).toEqual([...new Set(uids)]);
  for (const dashboard of dashboards)
    for (const panel of dashboard["panels"] as { description: string }[])
      expect(panel.description).not.toBe("");
});
