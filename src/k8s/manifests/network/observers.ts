import type { KubeObject } from "../../object.ts";
import type { Layout } from "../layout.ts";
import { fromApiServer } from "./app.ts";
import { allow, anywhere, closed, everyPort, podsIn, tcp } from "./policy.ts";

/** Ports of what the releases run, as their charts have them. */
export const observerPorts = {
  grafana: 3000,
  prometheus: 9090,
  alertmanager: 9093,
  loki: 3100,
  alloy: 12_345,
};

const { grafana, prometheus, alertmanager, loki, alloy } = observerPorts;

/**
 * Whoever observes has to reach nodes, the API server and every pod, so these namespaces may go out, but not to the
 * address at which clouds hand out credentials. In come the log agent and, through the API server, people.
 */
export function observerPolicies(layout: Layout): KubeObject[] {
  const { monitoring, logging } = layout.namespaces;
  const { logsBucket, logsSecret } = layout.deploy;
  const usesRole = logsBucket !== undefined && logsSecret === undefined;
  return [
    ...closed(monitoring),
    ...closed(logging),
    allow({
      ...{ name: "observe", namespace: monitoring },
      ingress: [
        { peers: [podsIn(monitoring)], ports: everyPort },
        { peers: [podsIn(logging)], ports: tcp(loki) },
        ...fromApiServer(layout, grafana, prometheus, alertmanager, loki),
      ],
      egress: [
        {
          peers: usesRole ? [...anywhere, { ipBlock: { cidr: "169.254.169.254/32" } }] : anywhere,
          ports: everyPort,
        },
      ],
    }),
    allow({
      ...{ name: "read-logs", namespace: logging },
      ingress: [{ peers: [podsIn(monitoring)], ports: tcp(alloy) }],
      egress: [
        { peers: [podsIn(monitoring)], ports: tcp(loki) },
        // The API server, whose address behind its Service is that of a node.
        { peers: anywhere, ports: tcp(443, 6443) },
      ],
    }),
  ];
}
