import { getThroughService } from "../../k8s/client/service-proxy.ts";
import { at, listAt, textAt } from "../../k8s/live-object.ts";
import { tunnelTargets } from "../../k8s/tunnel.ts";
import { type Answer, onCluster, type ProbesOf, type Subject } from "../subject.ts";
import { alertProbes } from "./alerts.ts";
import { grafanaProbes } from "./grafana.ts";
import { parsed, serviceOf } from "./observer-service.ts";

/** Prometheus and Loki, through the API server: no port is opened anywhere. */
export function observerProbes(subject: Subject): ProbesOf<"metrics" | "logs"> {
  const { app, monitoring } = subject.wanted.namespaces;
  const absent = (what: string) => ({ skipped: `namespace ${monitoring} has no Service of ${what}` });
  return {
    ...grafanaProbes(subject),
    ...alertProbes(subject),
    "metrics.prometheus": onCluster(subject, async (client, signal) => {
      const service = await serviceOf(client, monitoring, tunnelTargets.prometheus.labels, signal);
      if (service === undefined) return absent("Prometheus");
      const path = "/api/v1/targets";
      const request = { namespace: monitoring, ...service, path, query: { state: "active" }, signal };
      return targetsFinding(await getThroughService(client.http, request), app);
    }),
    "logs.loki": onCluster(subject, async (client, signal) => {
      const service = await serviceOf(client, monitoring, "app.kubernetes.io/name=loki", signal);
      if (service === undefined) return absent("Loki");
      const query = { query: `sum(count_over_time({namespace="${app}"}[5m]))` };
      const request = { namespace: monitoring, ...service, path: "/loki/api/v1/query", query, signal };
      return linesFinding(await getThroughService(client.http, request), app);
    }),
  };
}

/** Whether Prometheus reaches what runs in a namespace. Pure. */
export function targetsFinding(text: string, namespace: string): Answer {
  const mine = listAt(parsed(text), "data", "activeTargets").filter(
    (one) => textAt(one, "labels", "namespace") === namespace,
  );
  if (mine.length === 0)
    return fails(
      `Prometheus has no target in namespace ${namespace}`,
      `ca3 deploy makes its ServiceMonitors: ca3 diff; ca3 kubectl -- -n ${namespace} get servicemonitors`,
    );
  const down = mine.filter((one) => textAt(one, "health") !== "up");
  return {
    summary: `${mine.length - down.length} of ${mine.length} targets`,
    problems: down.map((one) => ({
      severity: "fail",
      message: `${textAt(one, "scrapeUrl")} is ${textAt(one, "health")}: ${textAt(one, "lastError") || "it was not asked yet"}`,
      want: "up",
      hint: "ca3 status; does a NetworkPolicy keep Prometheus out?",
    })),
  };
}

/** Whether lines of a namespace arrived. Pure. */
export function linesFinding(text: string, namespace: string): Answer {
  const count = Number(at(parsed(text), "data", "result", 0, "value", 1) ?? 0);
  return count > 0
    ? { summary: `${count} lines` }
    : fails(
        `Loki has no line of namespace ${namespace} of the last five minutes`,
        "does the log agent (alloy) run, and may it send? ca3 status",
      );
}

const fails = (message: string, hint: string): Answer => ({
  problems: [{ severity: "fail", message, hint }],
});
