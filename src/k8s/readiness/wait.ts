import { formatDuration } from "../../support/format.ts";
import type { KubeClient } from "../client/client.ts";
import { type Resource, resources } from "../client/resource.ts";
import { keyOf, type ObjectRef } from "../object.ts";
import type { Board } from "./board.ts";
import { notReady } from "./explain.ts";
import { chartScopes, isHelmChart, type Known, lookAtChart } from "./helm-chart.ts";
import { type Look, lookAt } from "./look.ts";
import { hasPods } from "./pods-of.ts";

export type WaitOptions = {
  /** When it has to be done, in ms of the client's clock, and how people say it. */
  readonly deadline: { readonly atMs: number; readonly spanMs: number };
  readonly signal: AbortSignal;
  /** Told after each change: what is not ready yet, the longest waiting first. */
  readonly onProgress?: (waiting: readonly Look[], total: number) => void;
};

/** How long is waited for what things work without. */
const SOFT_MS = 120_000;
const LOOK_EVERY_MS = 1_000;

/**
 * Waits until objects do their work. Answers with those that only lack what they work without. Throws
 * CA3_KUBE_NOT_READY with the reason as soon as one cannot get ready by itself, and at the deadline.
 */
export async function waitUntilReady(
  client: KubeClient,
  board: Board,
  refs: readonly ObjectRef[],
  { deadline, signal, onProgress }: WaitOptions,
): Promise<readonly Look[]> {
  await board.watch(await scopesOf(client, refs));
  const startMs = client.clock.now();
  const patience = new Patience(() => client.clock.now());
  for (;;) {
    signal.throwIfAborted();
    const known: Known = (kind, namespace) => [...board.all({ kind, namespace })];
    const charts = refs.filter(isHelmChart).flatMap((ref) => board.get(ref) ?? []);
    await board.watch(charts.flatMap((chart) => chartScopes(chart, known)).map(scopeOf));
    const looks = refs.map((ref) => {
      const object = board.get(ref);
      return object !== undefined && isHelmChart(ref)
        ? lookAtChart(object, known)
        : lookAt(
            ref,
            object,
            board.all({ kind: "Pod", namespace: ref.namespace }),
            board.all({ kind: "ReplicaSet", namespace: ref.namespace }),
          );
    });
    const open = looks.filter(({ verdict }) => verdict.is !== "ready");
    if (open.length === 0) return [];
    const final = open.filter((look) => look.verdict.is === "failed" || patience.isOver(look));
    if (final.length > 0) throw await notReady(client, final, { signal });
    onProgress?.(open, refs.length);
    const nowMs = client.clock.now();
    const onlySoft = open.every(({ verdict }) => verdict.is === "waiting" && verdict.soft === true);
    if (onlySoft && (nowMs - startMs >= SOFT_MS || nowMs >= deadline.atMs)) return open;
    if (nowMs >= deadline.atMs) {
      const after = formatDuration(deadline.spanMs);
      throw board.trouble ?? (await notReady(client, open, { after, signal }));
    }
    await board.changed(Math.min(LOOK_EVERY_MS, deadline.atMs - nowMs));
  }
}

const byKind: ReadonlyMap<string, Resource> = new Map(
  Object.values(resources).map((resource: Resource) => [resource.kind, resource]),
);
const scopeOf = ({ kind, namespace }: { kind: string; namespace: string }) => ({
  resource: byKind.get(kind)!,
  namespace,
});

/** The kinds to watch, with the pods of what has pods, and what Deployments make them by. */
async function scopesOf(client: KubeClient, refs: readonly ObjectRef[]) {
  const scopes = await Promise.all(
    refs.map(async (ref) => ({ resource: await client.discovery.resource(ref), namespace: ref.namespace })),
  );
  const below = (resource: Resource, owners: readonly ObjectRef[]) =>
    [...new Set(owners.map(({ namespace }) => namespace))].map((namespace) => ({ resource, namespace }));
  return [
    ...scopes,
    ...below(resources.pods, refs.filter(hasPods)),
    ...below(
      resources.replicaSets,
      refs.filter(({ kind }) => kind === "Deployment"),
    ),
  ];
}

/** Since when each trouble lasts: some may pass by themselves, for a while. */
class Patience {
  readonly #since = new Map<string, number>();
  constructor(private readonly now: () => number) {}

  isOver({ ref, pod }: Look): boolean {
    if (pod?.trouble.graceMs === undefined) {
      this.#since.delete(keyOf(ref));
      return false;
    }
    const since = this.#since.get(keyOf(ref)) ?? this.now();
    this.#since.set(keyOf(ref), since);
    return this.now() - since >= pod.trouble.graceMs;
  }
}
