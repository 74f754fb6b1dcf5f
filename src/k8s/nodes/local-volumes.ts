import type { KubeClient } from "../client/client.ts";
import { resources } from "../client/resource.ts";
import { deleteObject } from "../client/write.ts";
import { at, type LiveObject, listAt, textAt } from "../live-object.ts";

/** A volume whose data is on the disk of one node, and goes with it. */
export type LocalVolume = {
  readonly name: string;
  /** `namespace/name` of the claim that it is bound to. */
  readonly claim: string;
  readonly size: string;
};

const HOST = "kubernetes.io/hostname";

/** The volumes that only this node can give to pods, as its label says who it is. */
function volumesOn(host: string, volumes: readonly LiveObject[]): LocalVolume[] {
  return volumes
    .filter((volume) => hostsOf(volume).includes(host))
    .map((volume) => ({
      name: volume.metadata.name,
      claim: [at(volume, "spec", "claimRef", "namespace"), at(volume, "spec", "claimRef", "name")].join("/"),
      size: textAt(volume, "spec", "capacity", "storage") ?? "",
    }));
}

/** A volume for one host alone names it and no other. */
function hostsOf(volume: LiveObject): readonly unknown[] {
  const terms = listAt(volume, "spec", "nodeAffinity", "required", "nodeSelectorTerms");
  const hosts = terms.flatMap((term) =>
    listAt(term, "matchExpressions").flatMap((one) =>
      at(one, "key") === HOST && at(one, "operator") === "In" ? listAt(one, "values") : [],
    ),
  );
  return hosts.length === 1 ? hosts : [];
}

/** The volumes that exist on the disk of this node alone. */
export async function localVolumes(
  client: KubeClient,
  node: string,
  signal: AbortSignal,
): Promise<LocalVolume[]> {
  const found = await client.get({ apiVersion: "v1", kind: "Node", name: node }, signal);
  const host = found?.metadata.labels?.[HOST] ?? node;
  return volumesOn(host, (await client.list(resources.persistentVolumes, {}, signal)).objects);
}

/**
 * Gives up what is on the disk of a node: claims first, so that whoever owns the pods claims anew elsewhere, then the
 * volumes. A claim goes when the last pod that uses it has gone.
 */
export async function giveUpClaims(
  client: KubeClient,
  volumes: readonly LocalVolume[],
  signal: AbortSignal,
): Promise<void> {
  for (const { claim } of volumes) {
    const [namespace = "", name = ""] = claim.split("/");
    await deleteObject(
      client.http,
      resources.persistentVolumeClaims,
      { namespace, name },
      { propagation: "Background", signal },
    );
  }
}

/** The volumes themselves, once their node is gone: nobody else can clear them away. */
export async function removeVolumes(
  client: KubeClient,
  volumes: readonly LocalVolume[],
  signal: AbortSignal,
): Promise<void> {
  for (const { name } of volumes)
    await deleteObject(
      client.http,
      resources.persistentVolumes,
      { name },
      { propagation: "Background", signal },
    );
}
