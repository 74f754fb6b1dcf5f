import { Ca3Error } from "../support/errors.ts";
import { sideBySide } from "../support/side-by-side.ts";
import { HOME_NAMESPACE, parentRef } from "./apply-set.ts";
import type { KubeClient } from "./client/client.ts";
import { resources } from "./client/resource.ts";
import type { HelmCli } from "./helm/cli.ts";
import { ownReleases, type ReleasePlace } from "./helm/release.ts";
import type { LiveObject } from "./live-object.ts";
import { type ObjectRef, refOf } from "./object.ts";
import { AT_ONCE, membersOf } from "./observe.ts";
import type { Part } from "./phases.ts";
import { removalRank } from "./plan.ts";
import { propagationOf, removeAndWait } from "./remove.ts";
import { staysWithout } from "./retention.ts";

/** What an undeployment finds. */
export type Undeployment = {
  /** In the order in which they go. */
  readonly removes: readonly LiveObject[];
  /** What stays, because it is data or holds some. */
  readonly stays: readonly { readonly ref: ObjectRef; readonly why: string }[];
  /** Namespaces that `ca3` made; with the data, they go with everything in them. */
  readonly namespaces: readonly LiveObject[];
  /** Helm releases that the helm of a machine made, because the cluster has no controller for them. */
  readonly releases: readonly ReleasePlace[];
};

/** Looks for everything that belongs to some parts, and changes nothing. */
export async function lookForUndeployment(
  client: KubeClient,
  parts: readonly Part[],
  signal: AbortSignal,
): Promise<Undeployment> {
  const members = (await Promise.all(parts.map((part) => membersOf(client, part, signal)))).flat();
  const removes = members
    .filter((one) => staysWithout(one) === undefined && one.metadata.deletionTimestamp === undefined)
    .toSorted((one, other) => removalRank(one.kind) - removalRank(other.kind));
  const namespaces = members.filter(({ kind }) => kind === "Namespace");
  const places = new Set([
    ...namespaces.map(({ metadata }) => metadata.name),
    ...members.flatMap(({ metadata }) => metadata.namespace ?? []),
  ]);
  const kept = await Promise.all(
    [...places].map(async (namespace) => [
      ...(await client.list(resources.persistentVolumeClaims, { namespace }, signal)).objects,
      ...(
        await client.list(
          resources.secrets,
          { namespace, labels: "app.kubernetes.io/managed-by=ca3" },
          signal,
        )
      ).objects,
    ]),
  );
  const stays = [...members.filter((one) => staysWithout(one) !== undefined), ...kept.flat()];
  const once = new Map(stays.map((one) => [JSON.stringify(refOf(one)), one]));
  return {
    ...{ removes, namespaces },
    releases: parts.includes("monitoring") ? await ownReleases(client, signal) : [],
    stays: [...once.values()].map((one) => ({ ref: refOf(one), why: staysWithout(one) ?? "" })),
  };
}

export type UndeployOptions = {
  readonly parts: readonly Part[];
  /** Removes what was kept as well: volumes, Secrets, and the namespaces with all that is in them. */
  readonly data: boolean;
  /** Removes releases; has to be there when there are some. */
  readonly helm: HelmCli | undefined;
  readonly signal: AbortSignal;
  readonly onRemoved: (ref: ObjectRef) => void;
};

/** Removes what was found, users before what they use, and waits until each is gone. */
export async function undeploy(
  client: KubeClient,
  found: Undeployment,
  options: UndeployOptions,
): Promise<void> {
  const { parts, data, signal, onRemoved, helm } = options;
  if (found.releases.length > 0 && helm === undefined) throw noHelmHere(client, found.releases);
  for (const place of found.releases) {
    await helm?.uninstall(place, signal);
    onRemoved({ apiVersion: "helm.sh", kind: "Helm release", ...place });
  }
  const remove = async (object: LiveObject) => {
    const ref = refOf(object);
    const propagation = propagationOf(ref);
    await removeAndWait(client, ref, { uid: object.metadata.uid, propagation, signal });
    onRemoved(ref);
  };
  const together = (objects: readonly LiveObject[]) => sideBySide(objects, AT_ONCE, remove);
  for (const rank of new Set(found.removes.map(({ kind }) => removalRank(kind))))
    await together(found.removes.filter(({ kind }) => removalRank(kind) === rank));
  if (!data) return;
  const held = await sideBySide(
    found.stays.filter(({ ref }) => ref.kind !== "Namespace"),
    AT_ONCE,
    ({ ref }) => client.get(ref, signal),
  );
  await together(held.filter((one) => one !== undefined));
  await together(found.namespaces.filter(({ metadata }) => metadata.name !== HOME_NAMESPACE));
  for (const part of parts) await client.delete(parentRef(part), { signal });
  const home = await client.get({ apiVersion: "v1", kind: "Namespace", name: HOME_NAMESPACE }, signal);
  if (home !== undefined) await remove(home);
}

const noHelmHere = (client: KubeClient, releases: readonly ReleasePlace[]): Ca3Error =>
  new Ca3Error(
    "CA3_NOT_FOUND",
    `cluster ${client.cluster} has Helm releases that only helm can remove, and it is not on PATH: ${releases.map(({ namespace, name }) => `${namespace}/${name}`).join(", ")}`,
    { hint: "install helm, then run it again" },
  );
