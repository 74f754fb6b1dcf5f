import { getThroughService } from "../../k8s/client/service-proxy.ts";
import { listAt, textAt } from "../../k8s/live-object.ts";
import { ruleGroups } from "../../k8s/observability/rule-groups.ts";
import { tunnelTargets } from "../../k8s/tunnel.ts";
import type { Problem } from "../check.ts";
import { type Answer, onCluster, type ProbesOf, type Subject } from "../subject.ts";
import { parsed, serviceOf } from "./observer-service.ts";

/** Names of the groups of rules that a deployment brings; they do not depend on its settings. */
const GROUPS = ruleGroups({ app: "", platform: "", retentionMs: 0 }).map(({ name }) => name);

/** Whether somebody would be told, if there were something to tell. */
export const alertProbes = (subject: Subject): Pick<ProbesOf<"metrics">, "metrics.alerts"> => ({
  "metrics.alerts": onCluster(subject, async (client, signal) => {
    const { monitoring: namespace } = subject.wanted.namespaces;
    const [prometheus, alertmanager] = await Promise.all([
      serviceOf(client, namespace, tunnelTargets.prometheus.labels, signal),
      serviceOf(client, namespace, tunnelTargets.alertmanager.labels, signal),
    ]);
    if (prometheus === undefined) return { skipped: `namespace ${namespace} has no Service of Prometheus` };
    const ask = (service: typeof prometheus, path: string) =>
      getThroughService(client.http, { namespace, ...service, path, signal });
    const [rules, receivers] = await Promise.all([
      ask(prometheus, "/api/v1/rules"),
      ask(prometheus, "/api/v1/alertmanagers"),
    ]);
    if (alertmanager !== undefined) await ask(alertmanager, "/-/ready");
    return alertsFinding(rules, receivers, GROUPS);
  }),
});

/** Whether the groups of rules are there and can be evaluated, and whether alerts go anywhere. Pure. */
export function alertsFinding(rules: string, receivers: string, wanted: readonly string[]): Answer {
  const groups = listAt(parsed(rules), "data", "groups");
  const found = groups.filter((one) => wanted.includes(textAt(one, "name") ?? ""));
  const missing = wanted.filter((name) => !found.some((one) => textAt(one, "name") === name));
  const all = found.flatMap((one) => listAt(one, "rules"));
  const bad = all.filter((one) => textAt(one, "health") !== "ok");
  const sent = listAt(parsed(receivers), "data", "activeAlertmanagers").length;
  const problems: Problem[] = [
    ...(missing.length === 0 ? [] : [lacks(missing, wanted.length)]),
    ...bad.map((one) => ({
      ...{ severity: "fail" as const, want: "ok" },
      message: `rule ${textAt(one, "name")} is ${textAt(one, "health")}: ${textAt(one, "lastError") || "it was not evaluated yet"}`,
      hint: "ca3 deploy --force takes the rules back that were changed: ca3 diff",
    })),
    ...(sent > 0 ? [] : [NOBODY]),
  ];
  return { summary: `${all.length} rules, ${sent} Alertmanagers`, problems };
}

const NOBODY: Problem = {
  severity: "fail",
  message: "Prometheus knows no Alertmanager, so alerts go nowhere",
  hint: "does Alertmanager run? ca3 status",
};

const lacks = (missing: readonly string[], of: number): Problem => ({
  severity: "fail",
  message: `Prometheus has ${of - missing.length} of ${of} groups of rules; ${missing[0]} is not among them`,
  hint: "ca3 deploy makes the PrometheusRule ca3: ca3 diff",
});
