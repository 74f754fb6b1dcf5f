import type { KubeObject } from "../../object.ts";
import type { Layout } from "../layout.ts";
import { EXTERNAL_SECRETS_NAMESPACE, hasReleases, KEDA_NAMESPACE } from "../namespaces.ts";
import { allow, anywhere, closed, everyPort, type Port, podsIn, tcp } from "./policy.ts";

/** Ports of what the API server calls, as the charts have them: webhooks, and metrics of KEDA's. */
const calls = { keda: tcp(6443, 9443), externalSecrets: tcp(10_250) };
/** Where both tell Prometheus about themselves. */
const METRICS = 8080;

/**
 * Whoever installs releases has to reach the API server and the places of charts; operators the API server and whatever they
 * are told to look at. So these namespaces may go out, but not to the address at which clouds hand out credentials. The API
 * server calls some of them, from addresses of nodes that no rule can name ahead; what it calls there asks for its
 * certificate, or is told nothing that is secret.
 */
export function operatorPolicies(layout: Layout): KubeObject[] {
  const { namespaces, keda, deploy } = layout;
  const operator = (namespace: string, called: readonly Port[]) => [
    ...closed(namespace),
    allow({
      ...{ name: "operate", namespace },
      ingress: [
        { peers: [podsIn(namespace)], ports: everyPort },
        { peers: anywhere, ports: called },
        { peers: [podsIn(namespaces.monitoring)], ports: tcp(METRICS) },
      ],
      egress: [{ peers: anywhere, ports: everyPort }],
    }),
  ];
  const install = { name: "install-releases", namespace: namespaces.helm };
  return [
    ...(hasReleases(layout)
      ? [...closed(namespaces.helm), allow({ ...install, egress: [{ peers: anywhere, ports: everyPort }] })]
      : []),
    ...(keda ? operator(KEDA_NAMESPACE, calls.keda) : []),
    ...(deploy.externalSecrets ? operator(EXTERNAL_SECRETS_NAMESPACE, calls.externalSecrets) : []),
  ];
}
