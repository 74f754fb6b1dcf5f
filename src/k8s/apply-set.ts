import type { LiveObject } from "./live-object.ts";
import { groupOf, type KubeObject, type ObjectRef } from "./object.ts";
import type { Part } from "./phases.ts";

/**
 * Which objects belong to a deployment stands in the cluster, by the ApplySet convention (KEP 3659): a parent object
 * with an id, and a label with that id on every member. Other tools read it as well.
 */
const ID = "applyset.kubernetes.io/id";
export const MEMBER_LABEL = "applyset.kubernetes.io/part-of";
const TOOLING = "applyset.kubernetes.io/tooling";
const KINDS = "applyset.kubernetes.io/contains-group-kinds";
const NAMESPACES = "applyset.kubernetes.io/additional-namespaces";

/** Where `ca3` keeps what it has to remember about a cluster. */
export const HOME_NAMESPACE = "ca3-system";

/** The parent object of a part of the deployment. */
export const parentRef = (part: Part): ObjectRef => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  namespace: HOME_NAMESPACE,
  name: `ca3-${part}`,
});

/** The id that the convention gives a parent: a hash of what names it. */
export function applySetId({ apiVersion, kind, namespace = "", name }: ObjectRef): string {
  const text = [name, namespace, kind, groupOf(apiVersion)].join(".");
  const hash = new Bun.CryptoHasher("sha256").update(text).digest("base64url");
  return `applyset-${hash.replace(/=+$/, "")}-v1`;
}

/** Where members are to be looked for. */
export type ApplySetScope = {
  /** `Deployment.apps`, or `Service` of the core group. */
  readonly groupKinds: readonly string[];
  readonly namespaces: readonly string[];
};

/** A kind as the convention writes it: `Deployment.apps`, or `Service` for the core group. */
export const groupKind = (apiVersion: string, kind: string): string => {
  const group = groupOf(apiVersion);
  return group === "" ? kind : `${kind}.${group}`;
};

/** The kinds and namespaces of these objects, sorted, so that equal scopes are equal as JSON. */
export function scopeOf(objects: readonly (ObjectRef | KubeObject)[]): ApplySetScope {
  const kinds = new Set(objects.map(({ apiVersion, kind }) => groupKind(apiVersion, kind)));
  const namespaces = new Set(
    objects.flatMap((object) => ("metadata" in object ? object.metadata.namespace : object.namespace) ?? []),
  );
  return { groupKinds: [...kinds].sort(), namespaces: [...namespaces].sort() };
}

/** Everything that either scope names. */
export const unionOf = (one: ApplySetScope, other: ApplySetScope): ApplySetScope => ({
  groupKinds: [...new Set([...one.groupKinds, ...other.groupKinds])].sort(),
  namespaces: [...new Set([...one.namespaces, ...other.namespaces])].sort(),
});

export const sameScope = (one: ApplySetScope, other: ApplySetScope): boolean => Bun.deepEquals(one, other);

/** The parent as it is to be. It names every place where members may be before they are made, and fewer afterwards. */
export function parentObject(part: Part, scope: ApplySetScope, version: string): KubeObject {
  const { apiVersion, kind, namespace, name } = parentRef(part);
  return {
    ...{ apiVersion, kind },
    metadata: {
      ...{ name, namespace: namespace ?? HOME_NAMESPACE },
      labels: { "app.kubernetes.io/managed-by": "ca3", [ID]: applySetId(parentRef(part)) },
      annotations: {
        [TOOLING]: `ca3/v${version}`,
        [KINDS]: scope.groupKinds.join(","),
        [NAMESPACES]: scope.namespaces.filter((one) => one !== HOME_NAMESPACE).join(","),
      },
    },
  };
}

/** Where the members of a parent are; nowhere without one. */
export function readScope(parent: LiveObject | undefined): ApplySetScope {
  const words = (annotation: string) =>
    parent?.metadata.annotations?.[annotation]?.split(",").filter((word) => word !== "") ?? [];
  if (parent === undefined) return { groupKinds: [], namespaces: [] };
  return {
    groupKinds: words(KINDS).sort(),
    namespaces: [...new Set([...words(NAMESPACES), HOME_NAMESPACE])].sort(),
  };
}

/** The object as a member of a part's set. */
export function asMember(object: KubeObject, part: Part): KubeObject {
  const labels = { ...object.metadata.labels, [MEMBER_LABEL]: applySetId(parentRef(part)) };
  return { ...object, metadata: { ...object.metadata, labels } };
}
