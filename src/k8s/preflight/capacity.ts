import { Ca3Error } from "../../support/errors.ts";
import { formatBytes, formatDecimal } from "../../support/format.ts";
import { at, type LiveObject, listAt, textAt } from "../live-object.ts";
import { describeRef, type KubeObject, refOf } from "../object.ts";
import { podsOf } from "../readiness/pods-of.ts";
import { type Amounts, amountsAt, fits, minus, nothing, plus, podsWanted, requestsOf } from "./amounts.ts";

type Room = { readonly node: LiveObject; free: Amounts; pods: number };

/** Workloads whose pods need room. What a DaemonSet needs depends on which nodes it is for, and is small. */
const PLACED = new Set(["Deployment", "StatefulSet", "Job"]);

/**
 * What does not fit: the pods that new workloads start with, put where there is room, the largest first, as a scheduler
 * could. Pods that run already keep their place. `undefined` when all fits. Pure.
 */
export function capacityProblem(
  wanted: readonly KubeObject[],
  nodes: readonly LiveObject[],
  pods: readonly LiveObject[],
  cluster: string,
): Ca3Error | undefined {
  const rooms = roomsOf(nodes, pods);
  if (rooms.length === 0 && wanted.some(({ kind }) => PLACED.has(kind)))
    return new Ca3Error(
      "CA3_KUBE_CAPACITY",
      `cluster ${cluster} has no node that is ready and accepts pods, out of ${nodes.length}`,
      { hint: "ca3 kubectl -- get nodes" },
    );
  const needs = wanted
    .filter(({ kind }) => PLACED.has(kind))
    .flatMap((object) => {
      const { count, each, spec } = podsWanted(object);
      const running = podsOf(object as LiveObject, pods).filter(isOnNode).length;
      return Array.from({ length: Math.max(0, count - running) }, () => ({ object, each, spec }));
    })
    .toSorted((one, other) => other.each.bytes - one.each.bytes || other.each.cores - one.each.cores);
  const left = needs.filter(({ each, spec }) => {
    const room = rooms.find((one) => one.pods > 0 && takes(one.node, spec) && fits(each, one.free));
    if (room === undefined) return true;
    room.free = minus(room.free, each);
    room.pods -= 1;
    return false;
  });
  if (left.length === 0) return undefined;
  return new Ca3Error("CA3_KUBE_CAPACITY", describeLack(left, rooms, cluster), {
    hint: "add a node, or choose a smaller profile: deploy.profile in ca3.yaml",
  });
}

const isOnNode = (pod: LiveObject): boolean =>
  at(pod, "spec", "nodeName") !== undefined &&
  !["Succeeded", "Failed"].includes(textAt(pod, "status", "phase") ?? "");

function roomsOf(nodes: readonly LiveObject[], pods: readonly LiveObject[]): Room[] {
  const used = new Map<unknown, { amounts: Amounts; count: number }>();
  for (const pod of pods.filter(isOnNode)) {
    const name = at(pod, "spec", "nodeName");
    const before = used.get(name) ?? { amounts: nothing, count: 0 };
    used.set(name, { amounts: plus(before.amounts, requestsOf(at(pod, "spec"))), count: before.count + 1 });
  }
  return nodes
    .filter((node) => at(node, "spec", "unschedulable") !== true && isReady(node))
    .map((node) => {
      const { amounts, count } = used.get(node.metadata.name) ?? { amounts: nothing, count: 0 };
      const all = at(node, "status", "allocatable");
      return { node, free: minus(amountsAt(all), amounts), pods: Number(at(all, "pods") ?? 110) - count };
    });
}

const isReady = (node: LiveObject): boolean =>
  listAt(node, "status", "conditions").some(
    (one) => at(one, "type") === "Ready" && at(one, "status") === "True",
  );

/** Whether a node's labels and taints let a pod in. */
function takes(node: LiveObject, spec: unknown): boolean {
  const labels = node.metadata.labels ?? {};
  const selector = Object.entries((at(spec, "nodeSelector") ?? {}) as Record<string, string>);
  if (!selector.every(([key, value]) => labels[key] === value)) return false;
  const tolerations = listAt(spec, "tolerations");
  return listAt(node, "spec", "taints")
    .filter((taint) => at(taint, "effect") !== "PreferNoSchedule")
    .every((taint) => tolerations.some((one) => tolerates(one, taint)));
}

function tolerates(toleration: unknown, taint: unknown): boolean {
  const effect = at(toleration, "effect");
  if (effect !== undefined && effect !== at(taint, "effect")) return false;
  const key = at(toleration, "key");
  if (at(toleration, "operator") === "Exists") return key === undefined || key === at(taint, "key");
  return key === at(taint, "key") && (at(toleration, "value") ?? "") === (at(taint, "value") ?? "");
}

type Need = { readonly object: KubeObject; readonly each: Amounts };

function describeLack(left: readonly Need[], rooms: readonly Room[], cluster: string): string {
  const total = left.reduce((sum, { each }) => plus(sum, each), nothing);
  const free = rooms.reduce((sum, room) => plus(sum, room.free), nothing);
  const names = new Map<string, Need[]>();
  for (const need of left)
    names.set(describeRef(refOf(need.object)), [...(names.get(describeRef(refOf(need.object))) ?? []), need]);
  const lines = [...names].map(
    ([name, needs]) =>
      `${name}: ${needs.length > 1 ? `${needs.length} pods of ` : ""}${amountsText(needs[0]!.each)}`,
  );
  const scattered = fits(total, free) ? "; that much is free, but not on one node" : "";
  return [
    `cluster ${cluster} cannot fit ${left.length} ${left.length === 1 ? "pod" : "pods"}: ` +
      `${amountsText(total)} are needed, ${amountsText(free)} are free on ${rooms.length} ${rooms.length === 1 ? "node" : "nodes"}${scattered}`,
    ...lines,
  ].join("\n");
}

const amountsText = ({ cores, bytes }: Amounts): string =>
  `${formatDecimal(Math.max(0, cores), 2)} cores and ${formatBytes(Math.max(0, Math.round(bytes)))} of memory`;
