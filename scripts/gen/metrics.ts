import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { page, table } from "./markdown.ts";

/** `docs/reference/metrics.md`: every Prometheus metric. */
export function metricsPage(): string {
  const rows = Object.entries(metricCatalogue).map(([name, facts]) => [
    `\`${name}\``,
    facts.kind,
    facts.unit,
    facts.labels.map((label) => `\`${label}\``).join(" "),
    facts.help,
  ]);
  return page(
    "Metrics",
    "What `/metrics` exports.",
    table(["Metric", "Kind", "Unit", "Labels", "Meaning"], rows),
  );
}
