import { conditionOf, type LiveObject, numberAt, textAt } from "../live-object.ts";
import { failed, ready, type Verdict, waiting } from "./verdict.ts";

/** The controller has not looked at the newest form of an object yet; what its status says is about an older one. */
export function unseen(object: LiveObject): Verdict | undefined {
  const { generation } = object.metadata;
  const observed = numberAt(object, "status", "observedGeneration");
  if (generation === undefined || observed === undefined || observed >= generation) return undefined;
  return waiting("its controller has not seen the change yet");
}

const neverSeen = (object: LiveObject): Verdict | undefined =>
  numberAt(object, "status", "observedGeneration") === undefined
    ? waiting("its controller has not seen it yet")
    : unseen(object);

/** `2 of 3 pods are ready`. */
const share = (have: number, want: number, what: string): Verdict =>
  waiting(`${have} of ${want} ${want === 1 ? "pod" : "pods"} ${have === 1 ? "is" : "are"} ${what}`);

/** All replicas are of the newest form, available and ready, and no older one is left. */
export function deploymentVerdict(object: LiveObject): Verdict {
  const stuck = conditionOf(object, "ReplicaFailure");
  if (stuck?.status === "True") return failed(`its pods cannot be created: ${stuck.message}`);
  const unheard = neverSeen(object);
  if (unheard !== undefined) return unheard;
  const progressing = conditionOf(object, "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded")
    return failed(`it makes no progress: ${progressing.message}`);
  const want = numberAt(object, "spec", "replicas") ?? 1;
  const count = (field: string) => numberAt(object, "status", field) ?? 0;
  if (count("updatedReplicas") < want)
    return share(count("updatedReplicas"), want, "made from the new template");
  if (count("replicas") > count("updatedReplicas"))
    return waiting(`${count("replicas") - count("updatedReplicas")} of its old pods still run`);
  if (count("readyReplicas") < want) return share(count("readyReplicas"), want, "ready");
  if (count("availableReplicas") < want) return share(count("availableReplicas"), want, "available");
  return ready();
}

/** All replicas are ready and of the newest revision. */
export function statefulSetVerdict(object: LiveObject): Verdict {
  const unheard = neverSeen(object);
  if (unheard !== undefined) return unheard;
  const want = numberAt(object, "spec", "replicas") ?? 1;
  const partition = numberAt(object, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
  const count = (field: string) => numberAt(object, "status", field) ?? 0;
  if (count("readyReplicas") < want) return share(count("readyReplicas"), want, "ready");
  if (count("replicas") > want) return waiting(`${count("replicas") - want} of its pods are too many`);
  if (textAt(object, "spec", "updateStrategy", "type") === "OnDelete")
    return ready("its pods change only when they are deleted");
  const newest = Math.max(0, want - partition);
  const same = textAt(object, "status", "currentRevision") === textAt(object, "status", "updateRevision");
  if (!same && count("updatedReplicas") < newest)
    return share(count("updatedReplicas"), newest, "made from the new template");
  return ready();
}

/** On every node that it is for, the newest form is available. */
export function daemonSetVerdict(object: LiveObject): Verdict {
  const unheard = neverSeen(object);
  if (unheard !== undefined) return unheard;
  const count = (field: string) => numberAt(object, "status", field) ?? 0;
  const want = count("desiredNumberScheduled");
  if (want === 0) return ready("no node is meant to run it");
  if (count("updatedNumberScheduled") < want)
    return share(count("updatedNumberScheduled"), want, "made from the new template");
  if (count("numberReady") < want) return share(count("numberReady"), want, "ready");
  if (count("numberAvailable") < want) return share(count("numberAvailable"), want, "available");
  return ready();
}

/** It has run to its end. */
export function jobVerdict(object: LiveObject): Verdict {
  if (conditionOf(object, "Complete")?.status === "True") return ready();
  const broken = conditionOf(object, "Failed");
  if (broken?.status === "True") return failed(`it failed: ${broken.message || broken.reason}`);
  if (conditionOf(object, "Suspended")?.status === "True") return waiting("it is suspended");
  const tries = numberAt(object, "status", "failed") ?? 0;
  return waiting(tries === 0 ? "it runs" : `it runs, after ${tries} failed ${tries === 1 ? "try" : "tries"}`);
}
