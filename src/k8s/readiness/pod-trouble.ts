import { at, conditionOf, type LiveObject, listAt, numberAt, textAt } from "../live-object.ts";

/** Why a pod does not run. */
export type PodTrouble = {
  readonly kind: "image" | "crash" | "unschedulable" | "configuration" | "starting" | "unhealthy";
  /** Without the name of the pod. */
  readonly text: string;
  readonly hint?: string;
  /** How long it may last before it counts as final, ms; absent for what may take any time. */
  readonly graceMs?: number;
  /** The container whose log says more, and whether it is the log of the one before its restart. */
  readonly log?: { readonly container: string; readonly previous: boolean };
};

/** A registry may be slow or throttle, and a pull is repeated. */
const IMAGE_GRACE_MS = 60_000;
/** What the kubelet cannot find may be made a moment later. */
const CONFIGURATION_GRACE_MS = 20_000;
/** So often a container may crash while it waits for what it needs. */
const CRASHES = 3;

/** What keeps a pod from being ready, the first thing first; `undefined` when nothing does. */
export function podTrouble(pod: LiveObject): PodTrouble | undefined {
  if (pod.metadata.deletionTimestamp !== undefined) return undefined;
  const scheduled = conditionOf(pod, "PodScheduled");
  if (scheduled?.status === "False") return unschedulable(scheduled.message);
  for (const list of ["initContainerStatuses", "containerStatuses"])
    for (const status of listAt(pod, "status", list)) {
      const found = containerTrouble(status, list === "initContainerStatuses");
      if (found !== undefined) return found;
    }
  if (textAt(pod, "status", "phase") === "Failed")
    return {
      kind: "crash",
      text: textAt(pod, "status", "message") || textAt(pod, "status", "reason") || "it failed",
    };
  if (conditionOf(pod, "Ready")?.status === "True" || textAt(pod, "status", "phase") === "Succeeded")
    return undefined;
  if (listAt(pod, "status", "containerStatuses").length > 0) return { kind: "starting", text: "it starts" };
  const claims = claimsOf(pod);
  if (claims.length === 0 || at(pod, "spec", "nodeName") !== undefined)
    return { kind: "starting", text: "its containers are not created yet" };
  return {
    ...{ kind: "starting", text: `it waits for its volume, ${claims.join(", ")}` },
    hint: "check that a storage class provides volumes: ca3 kubectl -- get pvc,sc",
  };
}

/** The names of the claims whose volumes a pod uses. */
export const claimsOf = (pod: LiveObject): string[] =>
  listAt(pod, "spec", "volumes").flatMap((one) => textAt(one, "persistentVolumeClaim", "claimName") ?? []);

function unschedulable(message: string): PodTrouble {
  const text = `no node can take it: ${message || "it waits for the scheduler"}`;
  if (/unbound immediate PersistentVolumeClaims|persistentvolumeclaim/i.test(message))
    return {
      kind: "unschedulable",
      text,
      hint: "check that a storage class provides volumes: ca3 kubectl -- get pvc,sc",
    };
  return { kind: "unschedulable", text, hint: "add a node, or choose a smaller profile in ca3.yaml" };
}

function containerTrouble(status: unknown, init: boolean): PodTrouble | undefined {
  const container = textAt(status, "name") ?? "";
  const image = textAt(status, "image") ?? "";
  const reason = textAt(status, "state", "waiting", "reason") ?? "";
  const message = textAt(status, "state", "waiting", "message") ?? "";
  const restarts = numberAt(status, "restartCount") ?? 0;
  const last = at(status, "lastState", "terminated") ?? at(status, "state", "terminated");
  switch (reason) {
    case "ErrImageNeverPull":
    case "InvalidImageName":
      return {
        kind: "image",
        text: `its image ${image} does not exist: ${message || reason}`,
        hint: importHint,
        graceMs: 0,
      };
    case "ErrImagePull":
    case "ImagePullBackOff":
    case "ImageInspectError":
    case "RegistryUnavailable":
      return {
        ...{ kind: "image", text: `its image ${image} cannot be pulled: ${message || reason}` },
        ...{ hint: importHint, graceMs: IMAGE_GRACE_MS },
      };
    case "CreateContainerConfigError":
    case "CreateContainerError":
    case "RunContainerError":
      return {
        ...{ kind: "configuration", text: `container ${container} cannot be started: ${message || reason}` },
        graceMs: CONFIGURATION_GRACE_MS,
      };
    case "CrashLoopBackOff":
      return {
        ...{ kind: "crash", text: `container ${container} ${ended(last)}, ${restarts} times` },
        ...(restarts >= CRASHES ? { graceMs: 0 } : {}),
        log: { container, previous: true },
      };
  }
  const terminated = at(status, "state", "terminated");
  const code = numberAt(terminated, "exitCode");
  if (terminated !== undefined && code !== 0)
    return {
      kind: "crash",
      text: `container ${container} ${ended(terminated)}`,
      log: { container, previous: false },
    };
  if (init || at(status, "ready") === true || reason !== "" || at(status, "state", "running") === undefined)
    return undefined;
  return restarts > 0
    ? {
        ...{ kind: "crash", text: `container ${container} ${ended(last)} and runs again` },
        log: { container, previous: true },
      }
    : {
        kind: "unhealthy",
        text: `container ${container} runs and is not ready yet`,
        log: { container, previous: false },
      };
}

const importHint =
  "check name and registry of the image; without a registry, import it on every node (ca3 help image)";

/** `ended with code 1 (OOMKilled)`. */
function ended(state: unknown): string {
  const code = numberAt(state, "exitCode");
  const reason = textAt(state, "reason") ?? "";
  if (code === undefined) return "keeps ending";
  const why = reason === "" || reason === "Error" || reason === "Completed" ? "" : ` (${reason})`;
  return `ended with code ${code}${code === 132 ? " (the CPU lacks an instruction, such as AVX)" : why}`;
}
