import { at, type LiveObject, listAt, textAt } from "../live-object.ts";

/** What becomes of the pods of a node that is to be empty. */
export type PodsToMove = {
  /** Are evicted; their controllers make others elsewhere. */
  readonly move: readonly LiveObject[];
  /** Evicted already, and still ending. */
  readonly ending: readonly LiveObject[];
  /** Nobody would make them again. */
  readonly alone: readonly LiveObject[];
};

/** Written by the kubelet on pods that stand in a file of the node. */
const MIRROR = "kubernetes.io/config.mirror";

/**
 * Which pods a drain moves: all but those that belong to the node, that is those of DaemonSets and those from files of
 * the node. A pod that has ended is in nobody's way.
 */
export function podsToMove(pods: readonly LiveObject[]): PodsToMove {
  const here = pods.filter((pod) => !belongsToNode(pod));
  const ending = here.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const rest = here.filter((pod) => !ending.includes(pod) && !hasEnded(pod));
  const [move, alone] = [rest.filter(isControlled), rest.filter((pod) => !isControlled(pod))];
  return { move, ending, alone };
}

const belongsToNode = ({ metadata }: LiveObject): boolean =>
  metadata.annotations?.[MIRROR] !== undefined ||
  (metadata.ownerReferences ?? []).some(
    ({ kind, controller }) => controller === true && kind === "DaemonSet",
  );

const hasEnded = (pod: LiveObject): boolean =>
  ["Succeeded", "Failed"].includes(textAt(pod, "status", "phase") ?? "");

const isControlled = ({ metadata }: LiveObject): boolean =>
  (metadata.ownerReferences ?? []).some(({ controller }) => controller === true);

/** Names of the claims that a pod uses. */
export const claimsOf = (pod: LiveObject): string[] =>
  listAt(pod, "spec", "volumes").flatMap((volume) => {
    const name = at(volume, "persistentVolumeClaim", "claimName");
    return typeof name === "string" ? [name] : [];
  });

export const podName = ({ metadata: { namespace, name } }: LiveObject): string => `${namespace}/${name}`;
