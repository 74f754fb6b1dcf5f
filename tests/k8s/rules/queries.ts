import { dashboards } from "../../../src/k8s/observability/dashboards/all.ts";
import { ruleGroups } from "../../../src/k8s/observability/rule-groups.ts";

export const groups = ruleGroups({ app: "app", platform: "platform", retentionMs: 7 * 86_400_000 });

type Target = { readonly expr: string };
type PanelJson = { readonly title: string; readonly targets: readonly Target[] };

/** Every query of the dashboards, ready for Prometheus. */
export const panelQueries = dashboards.flatMap((dashboard) =>
  (dashboard["panels"] as readonly PanelJson[]).flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({
      where: `${dashboard.uid}: ${title}`,
      expr: expr.replaceAll("$__rate_interval", "1m"),
    })),
  ),
);
export const ruleQueries = groups.flatMap(({ rules }) =>
  rules.map((rule) => ({ where: "record" in rule ? rule.record : rule.alert, expr: rule.expr })),
);
export const recorded: ReadonlySet<string> = new Set(
  groups.flatMap(({ rules }) => rules.flatMap((rule) => ("record" in rule ? [rule.record] : []))),
);

/** Words of PromQL that are no metrics. */
const words = new Set([
  "by",
  "without",
  "on",
  "ignoring",
  "group_left",
  "group_right",
  "and",
  "or",
  "unless",
  "bool",
  "offset",
]);

/** Names of the metrics that a query reads. */
export function metricsIn(expr: string): string[] {
  const bare = expr
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/\{[^}]*\}/g, "")
    .replace(/\[[^\]]*\]/g, "")
    .replace(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, "");
  return [...bare.matchAll(/[a-zA-Z_:][\w:]*/g)]
    .filter(({ 0: name, index }) => !words.has(name) && !/^\s*\(/.test(bare.slice(index + name.length)))
    .map(([name]) => name);
}
