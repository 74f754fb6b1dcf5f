import type { KubeClient } from "../k8s/client/client.ts";
import { clusterProbes } from "./areas/cluster.ts";
import { deploymentProbes } from "./areas/deployment.ts";
import { kafkaProbes } from "./areas/kafka.ts";
import { mongoProbes } from "./areas/mongo.ts";
import { observerProbes } from "./areas/observers.ts";
import { processorProbes } from "./areas/processor.ts";
import { producerProbes } from "./areas/producers.ts";
import { scaleProbes } from "./areas/scale.ts";
import { securityProbes } from "./areas/security.ts";
import { workflowProbes } from "./areas/workflow.ts";
import type { Check } from "./check.ts";
import { type CheckId, factsOf } from "./facts.ts";
import type { Probe, Subject } from "./subject.ts";

const DEADLINE_MS = 10_000;

/** The chosen checks of a subject. Nothing is opened before a check runs. */
export function checksOf(subject: Subject, chosen: readonly CheckId[]): readonly Check[] {
  const probes: Readonly<Record<CheckId, Probe>> = {
    ...kafkaProbes(subject),
    ...mongoProbes(subject),
    ...processorProbes(subject),
    ...producerProbes(subject),
    ...workflowProbes(subject),
    ...clusterProbes(subject),
    ...deploymentProbes(subject),
    ...scaleProbes(subject),
    ...securityProbes(subject),
    ...observerProbes(subject),
  };
  return chosen.map((id) => checkOf(id, probes[id]));
}

/** What is looked at before a deployment: things that it works without, and that somebody has to know of. */
export function preflightChecks(cluster: KubeClient): readonly Check[] {
  const probes = clusterProbes({ cluster });
  return (["cluster.nodes", "cluster.metrics-api"] as const).map((id) => checkOf(id, probes[id]));
}

function checkOf(id: CheckId, probe: Probe): Check {
  const { title, needs = [], deadlineMs = DEADLINE_MS, next } = factsOf(id);
  return { id, title, severity: "fail", deadlineMs, needs, hint: next[0]!, probe };
}
