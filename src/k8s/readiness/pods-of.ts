import { at, type LiveObject, listAt, textAt } from "../live-object.ts";

/** Workloads whose pods are found by their selector. */
const WORKLOADS = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet"]);

export const hasPods = ({ kind }: Pick<LiveObject, "kind">): boolean => WORKLOADS.has(kind);

/** The pods of a workload among those of its namespace. */
export function podsOf(workload: LiveObject, pods: Iterable<LiveObject>): LiveObject[] {
  const selector = at(workload, "spec", "selector");
  if (selector === undefined) return [];
  return [...pods].filter(
    (pod) =>
      pod.metadata.namespace === workload.metadata.namespace && matches(selector, pod.metadata.labels ?? {}),
  );
}

/**
 * Those made from the newest template: older ones are on their way out, and say nothing about it. Of a Deployment its sets
 * of replicas say which they are; after a step back to an earlier template, those that were made last are not.
 */
export function newestPods(
  pods: readonly LiveObject[],
  workload?: LiveObject,
  sets: Iterable<LiveObject> = [],
): LiveObject[] {
  const alive = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const set = newestSet(workload, sets);
  if (set !== undefined) {
    const hash = set.metadata.labels?.[HASH];
    return alive.filter(({ metadata }) => metadata.labels?.[HASH] === hash);
  }
  const newest = alive.toSorted((one, other) =>
    other.metadata.creationTimestamp.localeCompare(one.metadata.creationTimestamp),
  )[0];
  if (newest === undefined) return [];
  const mark = (pod: LiveObject) => pod.metadata.labels?.[HASH];
  return alive.filter((pod) => mark(pod) === mark(newest));
}

const HASH = "pod-template-hash";
const REVISION = "deployment.kubernetes.io/revision";

/** The one that its Deployment counted last. */
function newestSet(workload: LiveObject | undefined, sets: Iterable<LiveObject>): LiveObject | undefined {
  const revision = ({ metadata }: LiveObject) => Number(metadata.annotations?.[REVISION] ?? 0);
  return [...sets]
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === workload?.metadata.uid))
    .toSorted((one, other) => revision(other) - revision(one))[0];
}

/** Whether labels match a selector of `matchLabels` and `matchExpressions`; one that names nothing matches nothing. */
export function matches(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries((at(selector, "matchLabels") ?? {}) as Record<string, string>);
  const expressions = listAt(selector, "matchExpressions");
  if (wanted.length === 0 && expressions.length === 0) return false;
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    expressions.every((one) => {
      const value = labels[textAt(one, "key") ?? ""];
      const values = listAt(one, "values");
      switch (textAt(one, "operator")) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
