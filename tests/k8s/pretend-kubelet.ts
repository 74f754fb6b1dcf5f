import type { KubeClient } from "../../src/k8s/client/client.ts";
import { at, type LiveObject, listAt, textAt } from "../../src/k8s/live-object.ts";
import { resources, setStatus } from "./open.ts";

/**
 * Says of every pod on a node what a kubelet would, by the name of its image: `runs:…` runs and is ready, `ends:…` ends
 * well, `either:…` ends well in a Job and runs elsewhere, `fails:…` crashes again and again, `missing:…` cannot be pulled. Anything else is not touched. A pod that is to
 * go is let go. Controllers and scheduler are the real ones.
 */
export function pretendKubelet(client: KubeClient): AsyncDisposable {
  const stop = new AbortController();
  const told = new Map<string, string>();
  const running = (async () => {
    for await (const change of client.watch(resources.pods, {}, { signal: stop.signal })) {
      if (change.type !== "present") continue;
      const pod = change.object;
      if (pod.metadata.deletionTimestamp !== undefined) await letGo(client, pod);
      else if (at(pod, "spec", "nodeName") !== undefined && told.get(pod.metadata.uid) === undefined) {
        told.set(pod.metadata.uid, "said");
        const status = statusOf(pod);
        if (status !== undefined) await setStatus(client, pod, status).catch(() => undefined);
      }
    }
  })().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

async function letGo(client: KubeClient, { metadata: { namespace, name } }: LiveObject): Promise<void> {
  await client.http
    .text({
      method: "DELETE",
      path: `/api/v1/namespaces/${namespace}/pods/${name}`,
      body: { kind: "DeleteOptions", apiVersion: "v1", gracePeriodSeconds: 0 },
      what: `let ${name} go`,
    })
    .catch(() => undefined);
}

function statusOf(pod: LiveObject): object | undefined {
  const container = listAt(pod, "spec", "containers")[0];
  const [name, image] = [textAt(container, "name"), textAt(container, "image") ?? ""];
  const one = { name, image, imageID: "", ready: false, restartCount: 0 };
  const startedAt = new Date().toISOString();
  const conditions = (ready: string) =>
    ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map((type) => ({
      type,
      status: type === "PodScheduled" || type === "Initialized" ? "True" : ready,
      lastTransitionTime: startedAt,
    }));
  const ofJob = (pod.metadata.ownerReferences ?? []).some(({ kind }) => kind === "Job");
  switch (image.replace(/^either:/, ofJob ? "ends:" : "runs:").split(":")[0]) {
    case "runs":
      return {
        ...{ phase: "Running", startTime: startedAt, conditions: conditions("True") },
        containerStatuses: [{ ...one, ready: true, started: true, state: { running: { startedAt } } }],
      };
    case "ends":
      return {
        ...{ phase: "Succeeded", startTime: startedAt, conditions: conditions("False") },
        containerStatuses: [
          { ...one, state: { terminated: { exitCode: 0, startedAt, finishedAt: startedAt } } },
        ],
      };
    case "missing":
      return {
        ...{ phase: "Pending", startTime: startedAt, conditions: conditions("False") },
        containerStatuses: [
          {
            ...one,
            state: { waiting: { reason: "ErrImageNeverPull", message: `image ${image} is not present` } },
          },
        ],
      };
    case "fails": {
      const lastState = { terminated: { exitCode: 1, reason: "Error", startedAt, finishedAt: startedAt } };
      const state = {
        waiting: { reason: "CrashLoopBackOff", message: "back-off 20s restarting failed container" },
      };
      return {
        ...{ phase: "Running", startTime: startedAt, conditions: conditions("False") },
        containerStatuses: [{ ...one, restartCount: 4, state, lastState }],
      };
    }
    default:
      return undefined;
  }
}
