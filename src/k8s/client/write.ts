import type { LiveObject } from "../live-object.ts";
import { describeRef, type KubeObject, refOf } from "../object.ts";
import { type KubeHttp, wasRefusedWith } from "./http.ts";
import { describe, type Place } from "./read.ts";
import { pathOf, type Resource } from "./resource.ts";

/** Who owns the fields that `ca3` sets. Always the same, else fields of an older name would stay for ever. */
export const FIELD_MANAGER = "ca3";

export type ApplyOptions = {
  /** The server checks and completes the object, and keeps nothing. */
  readonly dryRun?: boolean;
  /** Takes fields that belong to others. */
  readonly force?: boolean;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Server-side apply: the fields of `object` become ours, those we set before and no longer name go away, all others
 * stay. Answers with the object as it is then. Throws CA3_KUBE_CONFLICT that names field and owner.
 */
export function applyObject(
  http: KubeHttp,
  resource: Resource,
  object: KubeObject,
  { dryRun = false, force = false, signal }: ApplyOptions = {},
): Promise<LiveObject> {
  return http.json<LiveObject>({
    method: "PATCH",
    path: pathOf(resource, object.metadata),
    query: {
      fieldManager: FIELD_MANAGER,
      fieldValidation: "Strict",
      force: force || undefined,
      dryRun: dryRun ? "All" : undefined,
    },
    contentType: "application/apply-patch+yaml",
    body: object,
    what: `apply ${describeRef(refOf(object))}`,
    signal,
  });
}

/** Makes an object that must not exist yet. Answers `undefined` when it does. */
export async function createObject(
  http: KubeHttp,
  resource: Resource,
  object: KubeObject,
  signal?: AbortSignal,
): Promise<LiveObject | undefined> {
  const { namespace } = object.metadata;
  try {
    return await http.json<LiveObject>({
      method: "POST",
      path: pathOf(resource, { namespace }),
      query: { fieldManager: FIELD_MANAGER, fieldValidation: "Strict" },
      body: object,
      what: `create ${describeRef(refOf(object))}`,
      signal,
    });
  } catch (error) {
    if (wasRefusedWith(error, 409) && error.status.reason === "AlreadyExists") return undefined;
    throw error;
  }
}

/** Changes some fields (JSON merge patch), of the object or of one of its subresources such as `scale`. */
export function mergeObject(
  http: KubeHttp,
  resource: Resource,
  place: Place,
  change: unknown,
  { sub, signal }: { sub?: string; signal?: AbortSignal | undefined } = {},
): Promise<LiveObject> {
  return http.json<LiveObject>({
    method: "PATCH",
    path: pathOf(resource, { ...place, ...(sub === undefined ? {} : { sub }) }),
    query: { fieldManager: FIELD_MANAGER, fieldValidation: "Strict" },
    contentType: "application/merge-patch+json",
    body: change,
    what: `change ${describe(resource, place)}`,
    signal,
  });
}

export type DeleteOptions = {
  /** `Foreground`: what it owns goes first. `Orphan`: what it owns stays. */
  readonly propagation?: "Foreground" | "Background" | "Orphan";
  /** Only the object that was seen, not one that took its name since. */
  readonly uid?: string;
  /** Only as it was seen, not after somebody else has written to it. */
  readonly resourceVersion?: string;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal | undefined;
};

/** Asks for an object to go; it may take a while. False when it is gone, or is another one by now. */
export async function deleteObject(
  http: KubeHttp,
  resource: Resource,
  place: Place,
  { propagation = "Foreground", uid, resourceVersion, dryRun = false, signal }: DeleteOptions = {},
): Promise<boolean> {
  try {
    await http.text({
      method: "DELETE",
      path: pathOf(resource, place),
      query: { dryRun: dryRun ? "All" : undefined },
      body: {
        ...{ kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: propagation },
        ...(uid === undefined && resourceVersion === undefined
          ? {}
          : { preconditions: { uid, resourceVersion } }),
      },
      what: `delete ${describe(resource, place)}`,
      signal,
    });
    return true;
  } catch (error) {
    const seen = uid !== undefined || resourceVersion !== undefined;
    if (wasRefusedWith(error, 404) || (seen && wasRefusedWith(error, 409))) return false;
    throw error;
  }
}
