import type { KubeObject } from "../object.ts";
import { dashboards } from "../observability/dashboards/all.ts";
import { ruleGroups } from "../observability/rule-groups.ts";
import { GPU_NODES } from "./app/gpu-nodes.ts";
import { PROCESSOR } from "./app/processor.ts";
import { PRODUCERS } from "./app/producers.ts";
import { SCRAPER } from "./app/scraper.ts";
import { labels, selector } from "./labels.ts";
import type { Layout } from "./layout.ts";
import { secretNames } from "./secret-names.ts";

/** What Prometheus scrapes and evaluates and Grafana shows, once the kinds for it are there. */
export function monitors(layout: Layout): KubeObject[] {
  if (!layout.monitors) return [];
  const names = [
    PROCESSOR,
    ...(layout.producers ? [PRODUCERS] : []),
    ...(layout.scraper ? [SCRAPER] : []),
    ...(layout.gpu ? [GPU_NODES] : []),
  ];
  return [...names.map((name) => serviceMonitor(layout, name)), rules(layout), ...dashboardMaps(layout)];
}

/** The label by which a Prometheus that was there before finds what to scrape. */
const found = ({ deploy }: Layout) => ({ release: deploy.monitoringRelease });

function serviceMonitor(layout: Layout, name: string): KubeObject {
  const { name: secret, keys } = secretNames.api;
  const open = layout.wish.given.server.openMetrics === true;
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata: { name, namespace: layout.namespaces.app, labels: { ...labels(name), ...found(layout) } },
    spec: {
      selector: { matchLabels: selector(name) },
      endpoints: [
        {
          port: "http",
          path: "/metrics",
          interval: "15s",
          scrapeTimeout: "10s",
          ...(open
            ? {}
            : { authorization: { type: "Bearer", credentials: { name: secret, key: keys.token } } }),
        },
      ],
    },
  };
}

const rules = (layout: Layout): KubeObject => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind: "PrometheusRule",
  metadata: { name: "ca3", namespace: layout.namespaces.app, labels: { ...labels("ca3"), ...found(layout) } },
  spec: {
    groups: ruleGroups({
      app: layout.namespaces.app,
      platform: layout.namespaces.platform,
      retentionMs: layout.wish.processor.topicRetentionMs,
    }),
  },
});

const dashboardMaps = ({ namespaces }: Layout): KubeObject[] =>
  dashboards.map((dashboard) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: `dashboard-${dashboard.uid}`,
      namespace: namespaces.app,
      labels: { ...labels("dashboards"), grafana_dashboard: "1" },
      annotations: { grafana_folder: "ca3" },
    },
    data: { [`${dashboard.uid}.json`]: `${JSON.stringify(dashboard, null, 1)}\n` },
  }));
