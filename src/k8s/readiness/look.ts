import type { LiveObject } from "../live-object.ts";
import { describeRef, type ObjectRef, refOf } from "../object.ts";
import { type PodTrouble, podTrouble } from "./pod-trouble.ts";
import { hasPods, newestPods, podsOf } from "./pods-of.ts";
import { type Verdict, waiting } from "./verdict.ts";
import { verdictOf } from "./verdicts.ts";
import { unseen } from "./workloads.ts";

/** What is known about one object that is waited for. */
export type Look = {
  readonly ref: ObjectRef;
  readonly verdict: Verdict;
  /** The pod that keeps it from being ready, and why. */
  readonly pod?: { readonly object: LiveObject; readonly trouble: PodTrouble };
};

/** What the board shows of one object, of its pods, and of the sets of replicas that a Deployment makes. */
export function lookAt(
  ref: ObjectRef,
  object: LiveObject | undefined,
  pods: Iterable<LiveObject>,
  sets: Iterable<LiveObject> = [],
): Look {
  if (object === undefined) return { ref, verdict: waiting("it does not exist yet") };
  const verdict = verdictOf(object);
  // Until the controller has seen a change there is no pod that says anything about it.
  if (verdict.is === "ready" || !hasPods(object) || unseen(object) !== undefined) return { ref, verdict };
  const troubled = newestPods(podsOf(object, pods), object, sets)
    .flatMap((pod) => {
      const trouble = podTrouble(pod);
      return trouble === undefined ? [] : [{ object: pod, trouble }];
    })
    .toSorted((one, other) => gravity(other.trouble) - gravity(one.trouble))[0];
  return troubled === undefined ? { ref, verdict } : { ref, verdict, pod: troubled };
}

const GRAVITY = ["starting", "unhealthy", "unschedulable", "crash", "configuration", "image"];
const gravity = ({ kind }: PodTrouble): number => GRAVITY.indexOf(kind);

/** Why something is not ready, on one line. */
export function reasonOf({ ref, verdict, pod }: Look): string {
  const why = verdict.is === "ready" ? "it is ready" : verdict.reason;
  const name = describeRef(ref);
  return pod === undefined
    ? `${name}: ${why}`
    : `${name}: ${why}; ${describeRef(refOf(pod.object))}: ${pod.trouble.text}`;
}
