import externalSecretsValues from "../../../../assets/helm-values/external-secrets.yaml";
import kedaValues from "../../../../assets/helm-values/keda.yaml";
import type { KubeObject } from "../../object.ts";
import type { Layout } from "../layout.ts";
import { EXTERNAL_SECRETS_NAMESPACE, KEDA_NAMESPACE } from "../namespaces.ts";
import { alloy, loki } from "./logs.ts";
import { monitoring } from "./monitoring.ts";
import { helmChart, type Release } from "./release.ts";

/** Releases that bring kinds of objects which others of ours are: they come first. */
export function releasesOfKinds(layout: Layout): KubeObject[] {
  const { namespaces, deploy, keda } = layout;
  const releases: Release[] = [
    ...(layout.monitoring
      ? [{ name: "monitoring-crds", namespace: namespaces.monitoring, values: {} } as const]
      : []),
    ...(keda ? [{ name: "keda", namespace: KEDA_NAMESPACE, values: kedaValues } as const] : []),
    ...(deploy.externalSecrets
      ? [
          {
            name: "external-secrets",
            namespace: EXTERNAL_SECRETS_NAMESPACE,
            values: externalSecretsValues,
          } as const,
        ]
      : []),
  ];
  return releases.map((release) => helmChart(layout, release));
}

/** Releases that nothing else waits for. */
export const releases = (layout: Layout): KubeObject[] =>
  [
    ...(layout.monitoring ? [monitoring(layout)] : []),
    ...(layout.logs ? [loki(layout), alloy(layout)] : []),
  ].map((release) => helmChart(layout, release));
