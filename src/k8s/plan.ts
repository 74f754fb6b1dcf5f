import type { Ca3Error } from "../support/errors.ts";
import { type FieldChange, fieldChanges } from "./field-changes.ts";
import type { LiveObject } from "./live-object.ts";
import { describeRef, type KubeObject, keyOf, type ObjectRef, refOf } from "./object.ts";
import { type Part, type Phase, phaseOrder, type Stage } from "./phases.ts";
import { staysWithout } from "./retention.ts";

/** What the cluster says about an object that is wanted. */
export type Sight =
  /** There is none; the server would take it, as far as it could be asked. */
  | { readonly is: "missing"; readonly unchecked?: string }
  /** There is one, and `applied` is what it would be. */
  | { readonly is: "present"; readonly live: LiveObject; readonly applied: LiveObject }
  /** There is one that cannot become what is wanted; it may be made anew. */
  | { readonly is: "immutable"; readonly live: LiveObject; readonly why: string }
  /** A Helm release of a cluster that has no controller for it. */
  | { readonly is: "released"; readonly exists: boolean; readonly same: boolean }
  /** The server refuses, and nothing can be done about it here. */
  | { readonly is: "refused"; readonly error: Ca3Error };

export type Seen = {
  /** By `keyOf`. */
  readonly sights: ReadonlyMap<string, Sight>;
  /** What belongs to the parts that are deployed, wanted or not. */
  readonly members: readonly LiveObject[];
};

type In = { readonly part: Part; readonly phase: Phase };
export type Step =
  | (In & { readonly kind: "create"; readonly object: KubeObject; readonly unchecked?: string })
  | (In & { readonly kind: "update"; readonly object: KubeObject; readonly changes: readonly FieldChange[] })
  /** Deleted and made again; with `orphan`, what it owns stays and is taken over. */
  | (In & {
      readonly kind: "replace";
      readonly object: KubeObject;
      readonly live: LiveObject;
      readonly why: string;
      readonly orphan: boolean;
    })
  | (In & { readonly kind: "keep"; readonly object: KubeObject; readonly byHelm?: boolean })
  /** Installed or changed by the helm of this machine; the object says what it is to be, and is not made. */
  | (In & { readonly kind: "release"; readonly object: KubeObject; readonly exists: boolean })
  /** No longer wanted. */
  | { readonly kind: "prune"; readonly ref: ObjectRef; readonly uid: string }
  /** No longer wanted, and left where it is, because it is or holds data. */
  | { readonly kind: "retain"; readonly ref: ObjectRef; readonly why: string };

export type Plan = {
  readonly steps: readonly Step[];
  /** What forbids the plan; nothing may be changed while there is one. */
  readonly problems: readonly Ca3Error[];
};

/** What has to be done so that the cluster has what is wanted, in order. Pure. */
export function planSteps(stages: readonly Stage[], seen: Seen): Plan {
  const problems: Ca3Error[] = [];
  const wanted = new Set<string>();
  const steps: Step[] = [];
  for (const phase of phaseOrder)
    for (const { part, objects } of stages.filter((stage) => stage.phase === phase))
      for (const object of objects) {
        const key = keyOf(refOf(object));
        wanted.add(key);
        const step = stepFor(object, { part, phase }, seen.sights.get(key), problems);
        if (step !== undefined) steps.push(step);
      }
  return { steps: [...steps, ...pruning(seen.members, wanted)], problems };
}

function stepFor(
  object: KubeObject,
  at: In,
  sight: Sight | undefined,
  problems: Ca3Error[],
): Step | undefined {
  switch (sight?.is) {
    case undefined:
      throw new Error(`nobody looked at ${describeRef(refOf(object))}`);
    case "missing":
      return {
        ...at,
        ...{ kind: "create", object },
        ...(sight.unchecked === undefined ? {} : { unchecked: sight.unchecked }),
      };
    case "present": {
      const changes = fieldChanges(sight.live, sight.applied);
      return changes.length === 0
        ? { ...at, kind: "keep", object }
        : { ...at, kind: "update", object, changes };
    }
    case "immutable": {
      const orphan = object.kind !== "Job";
      return { ...at, kind: "replace", object, live: sight.live, why: sight.why, orphan };
    }
    case "released":
      return sight.same
        ? { ...at, kind: "keep", object, byHelm: true }
        : { ...at, kind: "release", object, exists: sight.exists };
    case "refused":
      problems.push(sight.error);
      return undefined;
  }
}

/** Members that nobody wants any more, in the reverse of the order in which they were made. */
function pruning(members: readonly LiveObject[], wanted: ReadonlySet<string>): Step[] {
  const gone = members.filter(
    ({ metadata, ...rest }) =>
      !wanted.has(keyOf(refOf({ ...rest, metadata }))) && metadata.deletionTimestamp === undefined,
  );
  return gone
    .toSorted((one, other) => removalRank(one.kind) - removalRank(other.kind))
    .map((object): Step => {
      const ref = refOf(object);
      const why = staysWithout(object);
      return why === undefined
        ? { kind: "prune", ref, uid: object.metadata.uid }
        : { kind: "retain", ref, why };
    });
}

/** What uses others goes before what is used. */
const REMOVAL = [
  ...["PrometheusRule", "ServiceMonitor", "HelmChart", "ScaledObject", "HorizontalPodAutoscaler"],
  ...["PodDisruptionBudget", "Deployment", "DaemonSet", "Job", "StatefulSet", "Service", "NetworkPolicy"],
];
/** The place of a kind in the order of removal; kinds that are not listed go last. */
export function removalRank(kind: string): number {
  const found = REMOVAL.indexOf(kind);
  return found < 0 ? REMOVAL.length : found;
}
