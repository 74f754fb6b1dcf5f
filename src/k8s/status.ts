import type { KubeClient } from "./client/client.ts";
import { type Resource, resources } from "./client/resource.ts";
import { ownReleases } from "./helm/release.ts";
import { type LiveObject, numberAt } from "./live-object.ts";
import { describeRef, type ObjectRef, refOf } from "./object.ts";
import { membersOf } from "./observe.ts";
import { type Part, parts } from "./phases.ts";
import { chartScopes, isHelmChart, type Known, lookAtChart } from "./readiness/helm-chart.ts";
import { type Look, lookAt, reasonOf } from "./readiness/look.ts";
import { hasPods } from "./readiness/pods-of.ts";

/** One deployed object, and how it is. */
export type StatusRow = {
  readonly part: Part;
  readonly ref: ObjectRef;
  readonly state: Look["verdict"]["is"];
  /** `2/3` of what has replicas. */
  readonly replicas: string;
  /** Why it is not ready, or what is to be known. */
  readonly detail: string;
};

/** Everything that was deployed, as it is now; what has pods first. */
export async function deployedStatus(client: KubeClient, signal: AbortSignal): Promise<StatusRow[]> {
  const members = await Promise.all(
    parts.map(async (part) => (await membersOf(client, part, signal)).map((object) => ({ part, object }))),
  );
  const all = members.flat();
  const namespaces = [
    ...new Set(all.flatMap(({ object }) => (hasPods(object) ? (object.metadata.namespace ?? []) : []))),
  ];
  const inAll = async (resource: Resource) =>
    (await Promise.all(namespaces.map((namespace) => client.list(resource, { namespace }, signal)))).flatMap(
      ({ objects }) => objects,
    );
  const [pods, sets] = await Promise.all([inAll(resources.pods), inAll(resources.replicaSets)]);
  const charts = all.flatMap(({ object }) => (isHelmChart(object) ? [object] : []));
  const known = await aroundCharts(client, charts, signal);
  const byHelm = (await ownReleases(client, signal)).map(
    ({ status, ...place }): StatusRow => ({
      ...{
        part: "monitoring",
        ref: { apiVersion: "helm.sh/v1", kind: "HelmRelease", ...place },
        replicas: "",
      },
      ...{ state: status === "deployed" ? "ready" : "waiting" },
      detail: status === "deployed" ? "" : `helm says that it is ${status}`,
    }),
  );
  const rows = all.map(({ part, object }) =>
    row(
      part,
      object,
      isHelmChart(object) ? lookAtChart(object, known) : lookAt(refOf(object), object, pods, sets),
    ),
  );
  return [...byHelm, ...rows].toSorted(
    (one, other) => rank(one) - rank(other) || describeRef(one.ref).localeCompare(describeRef(other.ref)),
  );
}

/** What says how charts are doing: listed until a release names no more workloads elsewhere. */
async function aroundCharts(
  client: KubeClient,
  charts: readonly LiveObject[],
  signal: AbortSignal,
): Promise<Known> {
  const lists = new Map<string, readonly LiveObject[]>();
  const known: Known = (kind, namespace) => lists.get(`${kind}|${namespace}`) ?? [];
  for (let before = -1; before !== lists.size; ) {
    before = lists.size;
    for (const { kind, namespace } of charts.flatMap((chart) => chartScopes(chart, known))) {
      if (lists.has(`${kind}|${namespace}`)) continue;
      const resource = Object.values(resources).find((one) => one.kind === kind);
      const { objects } =
        resource === undefined ? { objects: [] } : await client.list(resource, { namespace }, signal);
      lists.set(`${kind}|${namespace}`, objects);
    }
  }
  return known;
}

function row(part: Part, object: LiveObject, look: Look): StatusRow {
  const { verdict } = look;
  return {
    ...{ part, ref: look.ref, state: verdict.is },
    replicas: replicasOf(object),
    detail:
      verdict.is === "ready"
        ? (verdict.note ?? "")
        : reasonOf(look).replace(`${describeRef(look.ref)}: `, ""),
  };
}

function replicasOf(object: LiveObject): string {
  if (!hasPods(object) || object.kind === "Job") return "";
  const ready = numberAt(object, "status", "readyReplicas") ?? numberAt(object, "status", "numberReady") ?? 0;
  const want =
    numberAt(object, "spec", "replicas") ?? numberAt(object, "status", "desiredNumberScheduled") ?? 1;
  return `${ready}/${want}`;
}

const rank = ({ ref, state }: StatusRow): number => (state === "ready" ? 2 : 0) + (hasPods(ref) ? 0 : 1);
