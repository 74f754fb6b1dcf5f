import { Ca3Error } from "../support/errors.ts";
import type { LocalPort } from "../support/local-port.ts";
import type { KubeClient } from "./client/client.ts";
import { openForward } from "./client/port-forward.ts";
import { mayNot } from "./client/refusal.ts";
import { resources } from "./client/resource.ts";
import { conditionOf, type LiveObject, textAt } from "./live-object.ts";
import { isAllowed, whoAmI } from "./preflight/rights.ts";

/** A port of a pod. */
export type PodPort = { readonly namespace: string; readonly pod: string; readonly port: number };

/**
 * Ports of this machine that lead to pods, on the loopback address; each is opened when it is first asked for, and all end
 * together. They lead into a pod past every NetworkPolicy, as the node itself does.
 */
export class Tunnels implements AsyncDisposable {
  readonly #open = new Map<string, Promise<LocalPort>>();
  readonly #allowed = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #trouble: Error | undefined;

  constructor(private readonly client: KubeClient) {}

  /** Does something through tunnels. What fails there is told with why the tunnel broke, when it did. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    this.#trouble = undefined;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Ca3Error) || this.#trouble === undefined) throw error;
      const { message } = this.#trouble as Error;
      throw new Ca3Error(error.code, `${error.message} (${message})`, { hint: "ca3 status", cause: error });
    }
  }

  /** The port of this machine that leads there. Throws CA3_KUBE_FORBIDDEN when the user may not. */
  async to({ namespace, pod: name, port }: PodPort): Promise<number> {
    await this.#mayForward(namespace);
    const key = `${namespace}/${name}:${port}`;
    const known = this.#open.get(key);
    if (known !== undefined) return (await known).port;
    const opening = openForward(this.client.http, {
      target: async () => ({ namespace, name, port }),
      ...{ port: 0, signal: this.#stop.signal },
      onTrouble: (error) => {
        this.#trouble = error;
      },
    });
    this.#open.set(key, opening);
    return (await opening).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    const all = await Promise.allSettled(this.#open.values());
    await Promise.all(
      all.map((one) => (one.status === "fulfilled" ? one.value[Symbol.asyncDispose]() : undefined)),
    );
  }

  /** Asked once: through the tunnel itself a refusal would look like a server that hangs up. */
  #mayForward(namespace: string): Promise<void> {
    const known = this.#allowed.get(namespace) ?? this.#ask(namespace);
    this.#allowed.set(namespace, known);
    known.catch(() => this.#allowed.delete(namespace));
    return known;
  }

  async #ask(namespace: string): Promise<void> {
    const right = { verb: "create", resource: "pods/portforward", group: "", namespace };
    const { client } = this;
    if (await isAllowed(client, right, this.#stop.signal)) return;
    throw mayNot(right, await whoAmI(client, this.#stop.signal), client.cluster);
  }
}

type Workload = { readonly namespace: string; readonly name: string };

/** The pods of a workload of ours that are ready, by name. Throws CA3_KUBE_NOT_READY or CA3_NOT_FOUND when there is none. */
export const readyPods = (
  client: KubeClient,
  workload: Workload,
  signal?: AbortSignal,
): Promise<readonly LiveObject[]> => podsThat(client, workload, [isReady], signal);

/** The same, or when none is ready those that run and are not: they say themselves what they lack. */
export const answeringPods = (
  client: KubeClient,
  workload: Workload,
  signal?: AbortSignal,
): Promise<readonly LiveObject[]> => podsThat(client, workload, [isReady, isRunning], signal);

/** A pod that is to end is ready until it does, and would take its connections along. */
const isReady = (pod: LiveObject): boolean =>
  conditionOf(pod, "Ready")?.status === "True" && pod.metadata.deletionTimestamp === undefined;
const isRunning = (pod: LiveObject): boolean =>
  textAt(pod, "status", "phase") === "Running" && pod.metadata.deletionTimestamp === undefined;

async function podsThat(
  client: KubeClient,
  { namespace, name }: Workload,
  conditions: readonly ((pod: LiveObject) => boolean)[],
  signal?: AbortSignal,
): Promise<readonly LiveObject[]> {
  const where = { namespace, labels: `app.kubernetes.io/name=${name}` };
  const { objects } = await client.list(resources.pods, where, signal);
  const found = conditions.map((holds) => objects.filter(holds)).find((pods) => pods.length > 0);
  if (found !== undefined)
    return found.toSorted((one, other) => one.metadata.name.localeCompare(other.metadata.name));
  const place = `namespace ${namespace} of cluster ${client.cluster}`;
  throw objects.length === 0
    ? new Ca3Error("CA3_NOT_FOUND", `there is no pod of ${name} in ${place}`, { hint: "ca3 deploy" })
    : new Ca3Error("CA3_KUBE_NOT_READY", `no pod of ${name} is ready in ${place}`, { hint: "ca3 status" });
}
