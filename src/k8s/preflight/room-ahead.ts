import { parse } from "yaml";
import type { Ca3Error } from "../../support/errors.ts";
import { at, type LiveObject } from "../live-object.ts";
import type { KubeObject } from "../object.ts";
import { capacityProblem } from "./capacity.ts";

/** A machine that is not bought yet. */
export type MachineAhead = {
  readonly name: string;
  readonly role: "control" | "worker";
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly labels: Readonly<Record<string, string>>;
  /** `key=value:NoSchedule`. */
  readonly taints: readonly string[];
};

/**
 * What a machine does not have for pods: its system, the kubelet's threshold, and what K3s takes itself, which no pod asks
 * for. Sources: https://docs.k3s.io/reference/resource-profiling, and the requests of the pods that K3s brings.
 */
const taken = {
  control: { cores: 0.4, mib: 1_100 },
  worker: { cores: 0.1, mib: 420 },
} as const;

/** Whether what is to be deployed would find room on these machines; `undefined` when it would. Pure. */
export function roomAhead(
  wanted: readonly KubeObject[],
  machines: readonly MachineAhead[],
  cluster: string,
): Ca3Error | undefined {
  const all = wanted.flatMap((object) => (object.kind === "HelmChart" ? podsOfRelease(object) : [object]));
  return capacityProblem(all, machines.map(nodeAhead), [], cluster);
}

function nodeAhead({ name, role, vcpus, memoryMib, labels, taints }: MachineAhead): LiveObject {
  const { cores, mib } = taken[role];
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels, uid: name, resourceVersion: "0", creationTimestamp: "" },
    spec: {
      taints: taints.map((taint) => {
        const [pair = "", effect] = taint.split(":");
        const [key, value = ""] = pair.split("=");
        return { key, value, effect };
      }),
    },
    status: {
      conditions: [{ type: "Ready", status: "True" }],
      allocatable: {
        cpu: `${Math.max(0, vcpus - cores)}`,
        memory: `${Math.max(0, memoryMib - mib)}Mi`,
        pods: "110",
      },
    },
  };
}

/** The pods of a release as far as its values say what they ask for; those that run on every node are counted once. */
function podsOfRelease({ metadata, ...object }: KubeObject): KubeObject[] {
  const values: unknown = parse(String(at(object, "spec", "valuesContent") ?? ""));
  return requestsIn(values).map(({ path, resources }) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...metadata, name: [metadata.name, ...path].join("/") },
    spec: { replicas: 1, template: { spec: { containers: [{ name: "any", resources }] } } },
  }));
}

function requestsIn(
  value: unknown,
  path: readonly string[] = [],
): { path: readonly string[]; resources: unknown }[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === "resources" && at(inner, "requests") !== undefined) return [{ path, resources: inner }];
    return key === "requests" ? [] : requestsIn(inner, [...path, key]);
  });
}
