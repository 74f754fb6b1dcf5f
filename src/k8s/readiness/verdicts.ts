import { conditionOf, type LiveObject, listAt, textAt } from "../live-object.ts";
import { groupOf } from "../object.ts";
import { failed, ready, type Verdict, waiting, waitingSoftly } from "./verdict.ts";
import { daemonSetVerdict, deploymentVerdict, jobVerdict, statefulSetVerdict, unseen } from "./workloads.ts";

type Judge = (object: LiveObject) => Verdict;

/** Kinds with a rule of their own, by kind and group. */
const judges: Readonly<Record<string, Judge>> = {
  "Deployment.apps": deploymentVerdict,
  "StatefulSet.apps": statefulSetVerdict,
  "DaemonSet.apps": daemonSetVerdict,
  "Job.batch": jobVerdict,
  "Namespace.": (object) =>
    textAt(object, "status", "phase") === "Terminating" ? failed("it is being deleted") : ready(),
  "PersistentVolumeClaim.": claimVerdict,
  "CustomResourceDefinition.apiextensions.k8s.io": definitionVerdict,
  "HorizontalPodAutoscaler.autoscaling": autoscalerVerdict,
  "Service.": serviceVerdict,
  "APIService.apiregistration.k8s.io": (object) => byCondition(object, "Available"),
};

/**
 * Whether an object does its work, by what it says about itself. The rules are those of the kstatus library, with our
 * own for what it takes for ready too early: Jobs, autoscalers, definitions. An object that says nothing is ready.
 */
export function verdictOf(object: LiveObject): Verdict {
  if (object.metadata.deletionTimestamp !== undefined) return waiting("it is being deleted");
  const judge = judges[`${object.kind}.${groupOf(object.apiVersion)}`];
  return judge === undefined ? anyVerdict(object) : judge(object);
}

function anyVerdict(object: LiveObject): Verdict {
  const unheard = unseen(object);
  if (unheard !== undefined) return unheard;
  const stalled = conditionOf(object, "Stalled");
  if (stalled?.status === "True") return failed(stalled.message || stalled.reason);
  const reconciling = conditionOf(object, "Reconciling");
  if (reconciling?.status === "True") return waiting(reconciling.message || "its controller works on it");
  return conditionOf(object, "Ready") === undefined ? ready() : byCondition(object, "Ready");
}

function byCondition(object: LiveObject, type: string): Verdict {
  const found = conditionOf(object, type);
  if (found?.status === "True") return ready();
  return waiting(found?.message || found?.reason || `it does not say that it is ${type.toLowerCase()}`);
}

/** A claim whose volume is made for its first pod cannot be waited for before there is one; the pod is. */
function claimVerdict(object: LiveObject): Verdict {
  const phase = textAt(object, "status", "phase");
  if (phase === "Lost") return failed("its volume is gone");
  return phase === "Bound" ? ready() : ready("its volume is made for its first pod");
}

function definitionVerdict(object: LiveObject): Verdict {
  const names = conditionOf(object, "NamesAccepted");
  if (names?.status === "False") return failed(`its names are taken: ${names.message}`);
  return byCondition(object, "Established");
}

function autoscalerVerdict(object: LiveObject): Verdict {
  for (const type of ["AbleToScale", "ScalingActive"]) {
    const found = conditionOf(object, type);
    if (found?.status === "True" || found?.reason === "ScalingDisabled") continue;
    return waitingSoftly(found?.message || "it has not looked at its metrics yet");
  }
  return ready();
}

function serviceVerdict(object: LiveObject): Verdict {
  if (textAt(object, "spec", "type") !== "LoadBalancer") return ready();
  return listAt(object, "status", "loadBalancer", "ingress").length > 0
    ? ready()
    : waitingSoftly("it has no address from outside yet");
}
