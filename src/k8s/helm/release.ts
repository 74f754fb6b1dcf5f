import { Ca3Error } from "../../support/errors.ts";
import type { KubeClient } from "../client/client.ts";
import { wasRefusedWith } from "../client/http.ts";
import { resources } from "../client/resource.ts";
import { type LiveObject, listAt, textAt } from "../live-object.ts";
import { digestOf } from "../manifests/digest.ts";
import type { KubeObject } from "../object.ts";
import type { Sight } from "../plan.ts";
import { newestRelease } from "../readiness/helm-release.ts";
import { secretValue } from "../secrets/read.ts";
import type { HelmCli } from "./cli.ts";

/** Of the Secrets of a release that our helm made: what it was made from. */
export const CONFIG_LABEL = "ca3.dev/config";

export type ReleasePlace = { readonly namespace: string; readonly name: string };

/** Where the release of a HelmChart object is. */
export const releasePlace = (chart: KubeObject): ReleasePlace => ({
  namespace: textAt(chart, "spec", "targetNamespace") ?? chart.metadata.namespace ?? "default",
  name: chart.metadata.name,
});

/** A short name for all that a release is made from. */
export const configOf = (chart: KubeObject): string => digestOf(chart["spec"]);

/** What a cluster without a Helm controller has of a release, and whether helm here can make it. */
export async function lookAtRelease(
  client: KubeClient,
  chart: KubeObject,
  options: { readonly helm?: HelmCli | undefined; readonly adopt: boolean; readonly signal: AbortSignal },
): Promise<Sight> {
  if (options.helm === undefined) return { is: "refused", error: noHelm(client) };
  const place = releasePlace(chart);
  const where = { namespace: place.namespace, labels: `owner=helm,name=${place.name}` };
  const found = newestRelease((await client.list(resources.secrets, where, options.signal)).objects, place);
  if (found === undefined) return { is: "released", exists: false, same: false };
  const { status, [CONFIG_LABEL]: config } = found.metadata.labels ?? {};
  if (config === undefined && !options.adopt)
    return {
      is: "refused",
      error: new Ca3Error(
        "CA3_KUBE_FOREIGN",
        `Helm release ${place.namespace}/${place.name} of cluster ${client.cluster} already exists, and was created by somebody else`,
        { hint: "remove it, turn off the part that needs it, or take it over with --adopt" },
      ),
    };
  return { is: "released", exists: true, same: status === "deployed" && config === configOf(chart) };
}

const noHelm = (client: KubeClient): Ca3Error =>
  new Ca3Error(
    "CA3_KUBE_KIND",
    `cluster ${client.cluster} has no Helm controller (it knows no HelmChart in helm.cattle.io/v1), and there is no helm on PATH here that could install the releases of monitoring and logs`,
    {
      hint: "install helm 3.13 or newer on this machine, or set deploy.monitoring.enabled and deploy.logs.enabled to false",
    },
  );

/** Makes a release what its object says, with the values that Secrets add. */
export async function installRelease(
  client: KubeClient,
  helm: HelmCli,
  chart: KubeObject,
  { waitMs, signal }: { readonly waitMs?: number; readonly signal: AbortSignal },
): Promise<void> {
  const namespace = chart.metadata.namespace ?? "default";
  const secrets = listAt(chart, "spec", "valuesSecrets").map((one) => textAt(one, "name") ?? "");
  const more = await Promise.all(
    secrets.map((name) => secretValue(client, { namespace, name, key: "values.yaml" }, signal)),
  );
  await helm.install(chart, {
    ...{ more: more.map((one) => one.reveal()), signal },
    ...(waitMs === undefined ? {} : { waitMs }),
  });
}

export type OwnRelease = ReleasePlace & {
  /** In Helm's words: `deployed`, `failed`, `pending-upgrade` … */
  readonly status: string;
};

/** The releases that our helm has made in a cluster. Who may not look has none. */
export async function ownReleases(client: KubeClient, signal: AbortSignal): Promise<OwnRelease[]> {
  const secrets = await everySecret(client, signal);
  const places = new Map(
    secrets.map(({ metadata: { namespace = "default", labels = {} } }) => {
      const place = { namespace, name: labels["name"] ?? "" };
      return [`${place.namespace}/${place.name}`, place];
    }),
  );
  return [...places.values()].map((place) => ({
    ...place,
    status: newestRelease(secrets, place)?.metadata.labels?.["status"] ?? "unknown",
  }));
}

async function everySecret(client: KubeClient, signal: AbortSignal): Promise<readonly LiveObject[]> {
  try {
    return (await client.list(resources.secrets, { labels: `owner=helm,${CONFIG_LABEL}` }, signal)).objects;
  } catch (error) {
    if (wasRefusedWith(error, 403)) return [];
    throw error;
  }
}
