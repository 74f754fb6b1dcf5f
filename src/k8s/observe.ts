import { Ca3Error } from "../support/errors.ts";
import { sideBySide } from "../support/side-by-side.ts";
import { applySetId, asMember, groupKind, MEMBER_LABEL, parentRef, readScope } from "./apply-set.ts";
import type { KubeClient } from "./client/client.ts";
import { wasRefusedWith } from "./client/http.ts";
import { apiVersionOf, type Resource, resources } from "./client/resource.ts";
import type { HelmCli } from "./helm/cli.ts";
import { lookAtRelease } from "./helm/release.ts";
import type { LiveObject } from "./live-object.ts";
import { at } from "./live-object.ts";
import { describeRef, groupOf, type KubeObject, keyOf, refOf } from "./object.ts";
import { foreign, isOurs } from "./ownership.ts";
import type { Part, Stage } from "./phases.ts";
import type { Seen, Sight } from "./plan.ts";
import { isHelmChart } from "./readiness/helm-chart.ts";

/** Requests under way at once: enough to be quick, too few to be throttled. */
export const AT_ONCE = 8;

export type ObserveOptions = {
  /** Fields of others may be taken. */
  readonly force: boolean;
  /** Objects of others may be taken. */
  readonly adopt: boolean;
  /** Installs Helm releases where the cluster has no controller for them. */
  readonly helm?: HelmCli | undefined;
  readonly signal: AbortSignal;
};

/** Looks at everything that is wanted, and at what belongs to the same parts, and changes nothing. */
export async function observe(
  client: KubeClient,
  stages: readonly Stage[],
  options: ObserveOptions,
): Promise<Seen> {
  const namespaces = await namespacesOf(client, options.signal);
  const world: World = {
    client,
    options,
    namespaces,
    comes: comingKinds(stages),
    wanted: wantedNamespaces(stages),
  };
  const all = stages.flatMap(({ part, objects }) => objects.map((object) => ({ part, object })));
  const sights = await sideBySide(all, AT_ONCE, ({ part, object }) => look(world, part, object));
  const parts = [...new Set(stages.map(({ part }) => part))];
  const members = await sideBySide(parts, parts.length, (part) => membersOf(client, part, options.signal));
  return {
    sights: new Map(all.map(({ object }, index) => [keyOf(refOf(object)), sights[index]!])),
    members: members.flat(),
  };
}

type World = {
  readonly client: KubeClient;
  readonly options: ObserveOptions;
  /** `undefined` where they may not be listed. */
  readonly namespaces: ReadonlySet<string> | undefined;
  readonly wanted: ReadonlySet<string>;
  /** Which kinds come with what is deployed. */
  readonly comes: (object: KubeObject) => boolean;
};

async function look(world: World, part: Part, object: KubeObject): Promise<Sight> {
  const { client, options } = world;
  const ref = refOf(object);
  const resource = await client.discovery.find(object);
  if (resource === undefined && isHelmChart(object)) return await lookAtRelease(client, object, options);
  if (resource === undefined) {
    if (world.comes(object)) return { is: "missing", unchecked: "its kind is created by this deployment" };
    return { is: "refused", error: unknownKind(client, object) };
  }
  const { namespace } = object.metadata;
  if (resource.namespaced === (namespace === undefined))
    throw new Error(`${describeRef(ref)} ${namespace === undefined ? "needs a" : "has no"} namespace`);
  if (namespace !== undefined && world.namespaces?.has(namespace) === false) {
    if (world.wanted.has(namespace))
      return { is: "missing", unchecked: "its namespace is created by this deployment" };
    return { is: "refused", error: noNamespace(client, object) };
  }
  const live = await client.get(ref, options.signal);
  if (live !== undefined && !options.adopt && !isOurs(live))
    return { is: "refused", error: foreign(live, client.cluster) };
  try {
    const { force, signal } = options;
    const applied = await client.apply(asMember(object, part), { dryRun: true, force, signal });
    return live === undefined ? { is: "missing" } : { is: "present", live, applied };
  } catch (error) {
    if (!(error instanceof Ca3Error)) throw error;
    const why = live === undefined ? undefined : immutability(error);
    if (live !== undefined && why !== undefined) return { is: "immutable", live, why };
    if (["CA3_KUBE_CONFLICT", "CA3_KUBE_INVALID", "CA3_NOT_FOUND", "CA3_KUBE_FORBIDDEN"].includes(error.code))
      return { is: "refused", error };
    throw error;
  }
}

/** Why the server does not let an object become what is wanted, when deleting it first would help. */
function immutability(error: Ca3Error): string | undefined {
  if (!wasRefusedWith(error, 422)) return undefined;
  const found = error.status.details.causes.find(({ message }) =>
    /field is immutable|updates to statefulset spec for fields other than/.test(message),
  );
  return found === undefined ? undefined : `${found.field} cannot be changed`;
}

const unknownKind = (client: KubeClient, { apiVersion, kind, metadata }: KubeObject): Ca3Error =>
  new Ca3Error(
    "CA3_KUBE_KIND",
    `${kind} ${metadata.name}: cluster ${client.cluster} knows no ${kind} in ${apiVersion}`,
    { hint: `install what brings ${groupOf(apiVersion)}, or turn off the part of ca3.yaml that needs it` },
  );

const noNamespace = (client: KubeClient, object: KubeObject): Ca3Error =>
  new Ca3Error(
    "CA3_NOT_FOUND",
    `${describeRef(refOf(object))}: cluster ${client.cluster} has no namespace ${object.metadata.namespace}`,
    { hint: "ca3 deploy without a part creates it" },
  );

async function namespacesOf(
  client: KubeClient,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  try {
    const { objects } = await client.list(resources.namespaces, {}, signal);
    return new Set(objects.map(({ metadata }) => metadata.name));
  } catch (error) {
    if (wasRefusedWith(error, 403)) return undefined;
    throw error;
  }
}

const wantedNamespaces = (stages: readonly Stage[]): ReadonlySet<string> =>
  new Set(
    stages.flatMap(({ objects }) =>
      objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name),
    ),
  );

/** Kinds whose definition is deployed, and, when a Helm release is, those of groups outside Kubernetes. */
function comingKinds(stages: readonly Stage[]): (object: KubeObject) => boolean {
  const objects = stages.flatMap((stage) => stage.objects);
  const defined = new Set(
    objects
      .filter(({ kind }) => kind === "CustomResourceDefinition")
      .map((one) => `${String(at(one, "spec", "names", "kind"))}.${String(at(one, "spec", "group"))}`),
  );
  const releases = objects.some(({ kind }) => kind === "HelmChart");
  return ({ apiVersion, kind }) =>
    defined.has(groupKind(apiVersion, kind)) ||
    (releases &&
      kind !== "HelmChart" &&
      groupOf(apiVersion).includes(".") &&
      !groupOf(apiVersion).endsWith(".k8s.io"));
}

/** What belongs to a part. What a controller made from a member and copied its labels to is no member. */
export async function membersOf(client: KubeClient, part: Part, signal?: AbortSignal): Promise<LiveObject[]> {
  const parent = await client.get(parentRef(part), signal);
  const { groupKinds, namespaces } = readScope(parent);
  const labels = `${MEMBER_LABEL}=${applySetId(parentRef(part))}`;
  const known = [...(await client.discovery.all()).values()];
  const found = groupKinds.flatMap(
    (name) => known.find((one) => groupKind(apiVersionOf(one), one.kind) === name) ?? [],
  );
  const lists = await sideBySide(found, AT_ONCE, (resource) =>
    listEverywhere(client, resource, labels, namespaces, signal),
  );
  return lists
    .flat()
    .filter(({ metadata }) => !metadata.ownerReferences?.some(({ controller }) => controller));
}

async function listEverywhere(
  client: KubeClient,
  resource: Resource,
  labels: string,
  namespaces: readonly string[],
  signal?: AbortSignal,
): Promise<readonly LiveObject[]> {
  try {
    return (await client.list(resource, { labels }, signal)).objects;
  } catch (error) {
    if (!resource.namespaced || !wasRefusedWith(error, 403)) throw error;
  }
  const each = await sideBySide(namespaces, AT_ONCE, (namespace) =>
    client.list(resource, { labels, namespace }, signal),
  );
  return each.flatMap(({ objects }) => objects);
}
