import { resources } from "../../k8s/client/resource.ts";
import { conditionOf, type LiveObject, numberAt, textAt } from "../../k8s/live-object.ts";
import { describeRef } from "../../k8s/object.ts";
import { deployedStatus } from "../../k8s/status.ts";
import type { Problem } from "../check.ts";
import { onCluster, type ProbesOf, type Subject } from "../subject.ts";

/** Objects that are told by name; the rest is counted. */
const TOLD = 8;

/** What was deployed, and whether it can scale. */
export function deploymentProbes(subject: Subject): ProbesOf<"release" | "hpa"> {
  const { namespaces, specs } = subject.wanted;
  const none = { skipped: `there is no autoscaler in namespace ${namespaces.app}` };
  const scalers = (probe: (found: readonly LiveObject[]) => readonly Problem[], target?: string) =>
    onCluster(subject, async (client, signal) => {
      const { objects } = await client.list(resources.autoscalers, { namespace: namespaces.app }, signal);
      const found = objects.filter(
        (one) => target === undefined || textAt(one, "spec", "scaleTargetRef", "name") === target,
      );
      return found.length === 0 ? none : { summary: found.map(sizeOf).join(", "), problems: probe(found) };
    });
  return {
    "release.ready": onCluster(subject, async (client, signal) => {
      const rows = await deployedStatus(client, signal);
      const hint = rows.length === 0 ? "ca3 deploy" : "ca3 status";
      if (rows.length === 0)
        return { problems: [{ severity: "fail", message: "nothing is deployed", hint }] };
      const bad = rows.filter(({ state }) => state !== "ready");
      const more = bad.length > TOLD ? [`and ${bad.length - TOLD} objects more`] : [];
      const told = bad
        .slice(0, TOLD)
        .map(({ ref, state, detail }) => `${describeRef(ref)} is ${state}: ${detail}`);
      return {
        summary: `${rows.length - bad.length} of ${rows.length} objects`,
        problems: [...told, ...more].map((message) => ({ severity: "fail", message, hint })),
      };
    }),
    "hpa.scaling": scalers((found) => found.flatMap(scalingProblems)),
    "hpa.partitions": scalers(
      (found) => found.flatMap((one) => partitionProblems(one, specs[0]?.partitions ?? 0)),
      "processor",
    ),
  };
}

const sizeOf = (scaler: LiveObject): string =>
  `${scaler.metadata.name} ${numberAt(scaler, "status", "currentReplicas") ?? "?"} of ${numberAt(scaler, "spec", "maxReplicas")}`;

/** Why an autoscaler does nothing. Pure. */
export function scalingProblems(scaler: LiveObject): readonly Problem[] {
  const { name, namespace } = scaler.metadata;
  return ["AbleToScale", "ScalingActive"].flatMap((type) => {
    const condition = conditionOf(scaler, type);
    if (condition?.status === "True") return [];
    const why =
      condition === undefined
        ? "is not known yet"
        : `is ${condition.status}: ${condition.message || condition.reason}`;
    const hint = `ca3 kubectl -- -n ${namespace} describe hpa ${name}`;
    return [
      { severity: "fail", message: `${type} of ${name} ${why}`, want: `${type} is True`, hint },
    ] as const;
  });
}

function partitionProblems(scaler: LiveObject, partitions: number): readonly Problem[] {
  const max = numberAt(scaler, "spec", "maxReplicas") ?? Number.POSITIVE_INFINITY;
  if (max <= partitions) return [];
  const message = `${scaler.metadata.name} may go to ${max} replicas`;
  const hint = "set deploy.processor.max, or topics.partitions: ca3 diff";
  return [{ severity: "fail", message, want: `at most ${partitions}, as many as partitions`, hint }];
}
