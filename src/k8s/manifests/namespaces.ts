import type { KubeObject } from "../object.ts";
import type { Layout } from "./layout.ts";

/** Operators have namespaces of their own, by the names their documentation uses. */
export const KEDA_NAMESPACE = "keda";
export const EXTERNAL_SECRETS_NAMESPACE = "external-secrets";

type PodSecurity = "restricted" | "privileged";

/** Of the Kubernetes that the policies were last looked at with, so that an upgrade of the cluster changes nothing. */
const POLICY_VERSION = "v1.33";

/**
 * The namespaces, each with the pods that it admits. Only what reads nodes, such as the log agent, may be privileged,
 * and it is alone in its namespace.
 */
export function namespaces(layout: Layout): KubeObject[] {
  const { platform, app, monitoring, logging, helm } = layout.namespaces;
  return [
    namespace(platform, "restricted"),
    namespace(app, "restricted"),
    ...(layout.monitoring || layout.logs ? [namespace(monitoring, "restricted")] : []),
    ...(layout.monitoring || layout.logs ? [namespace(logging, "privileged")] : []),
    ...(hasReleases(layout) ? [namespace(helm, "restricted")] : []),
    ...(layout.keda ? [namespace(KEDA_NAMESPACE, "restricted")] : []),
    ...(layout.deploy.externalSecrets ? [namespace(EXTERNAL_SECRETS_NAMESPACE, "restricted")] : []),
  ];
}

/** Whether anything is installed by Helm. */
export const hasReleases = ({ monitoring, logs, keda, deploy }: Layout): boolean =>
  monitoring || logs || keda || deploy.externalSecrets;

const namespace = (name: string, level: PodSecurity): KubeObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name,
    labels: {
      "app.kubernetes.io/part-of": "ca3",
      ...Object.fromEntries(
        ["enforce", "audit", "warn"].flatMap((mode) => [
          [`pod-security.kubernetes.io/${mode}`, level],
          [`pod-security.kubernetes.io/${mode}-version`, POLICY_VERSION],
        ]),
      ),
    },
  },
});
