import type { GeneratedSecret } from "../generated-secret.ts";
import type { KubeObject } from "../object.ts";

/**
 * A Secret that the External Secrets operator fills from its store. An entry is named `ca3-<secret>` and has the keys of
 * the Secret; both sides of a password read the same entry. User names are fixed and come from here.
 */
export function externalSecret(
  { namespace, name, labels, values }: GeneratedSecret,
  store: string,
): KubeObject {
  const entries = Object.entries(values);
  const fixed = Object.fromEntries(
    entries.flatMap(([key, value]) => ("fixed" in value ? [[key, value.fixed]] : [])),
  );
  const read = entries.filter(([, value]) => !("fixed" in value)).map(([key]) => key);
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name, namespace, ...(labels === undefined ? {} : { labels }) },
    spec: {
      refreshInterval: "1h0m0s",
      secretStoreRef: { kind: "ClusterSecretStore", name: store },
      target: {
        name,
        creationPolicy: "Owner",
        template: {
          engineVersion: "v2",
          mergePolicy: "Merge",
          ...(Object.keys(fixed).length === 0 ? {} : { data: fixed }),
        },
      },
      data: read.map((key) => ({ secretKey: key, remoteRef: { key: `ca3-${name}`, property: key } })),
    },
  };
}
