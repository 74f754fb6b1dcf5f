import { version } from "../support/version.ts";
import {
  type ApplySetScope,
  asMember,
  HOME_NAMESPACE,
  parentObject,
  parentRef,
  readScope,
  sameScope,
  scopeOf,
  unionOf,
} from "./apply-set.ts";
import type { KubeClient } from "./client/client.ts";
import { type Generation, generate, type Random } from "./generate.ts";
import type { HelmCli } from "./helm/cli.ts";
import { installRelease, releasePlace } from "./helm/release.ts";
import { ensureHome } from "./home.ts";
import type { LiveObject } from "./live-object.ts";
import { describeRef, type KubeObject, type ObjectRef, refOf } from "./object.ts";
import { type Part, type Phase, phaseOrder, type Stage } from "./phases.ts";
import type { Plan, Step } from "./plan.ts";
import { Board } from "./readiness/board.ts";
import type { Look } from "./readiness/look.ts";
import { waitUntilReady } from "./readiness/wait.ts";
import { propagationOf, removeAndWait } from "./remove.ts";

/** What happens, for whoever shows it. */
export type DeployEvent =
  | { readonly type: "step"; readonly step: Step }
  | { readonly type: "generated"; readonly generation: Generation }
  | {
      readonly type: "waiting";
      readonly phase: Phase;
      readonly open: readonly Look[];
      readonly total: number;
    }
  | { readonly type: "phase"; readonly phase: Phase; readonly objects: number }
  /** Ready but for something that it works without. */
  | { readonly type: "without"; readonly look: Look };

export type ExecuteOptions = {
  readonly stages: readonly Stage[];
  readonly generations: readonly Generation[];
  readonly secrets: Map<string, LiveObject>;
  readonly force: boolean;
  /** How long everything may take, ms. */
  readonly timeoutMs: number;
  /** Goes on at once, without waiting until things are ready. */
  readonly wait: boolean;
  readonly random: Random;
  readonly helm?: HelmCli | undefined;
  readonly signal: AbortSignal;
  readonly onEvent: (event: DeployEvent) => void;
};

/**
 * Does what a plan says: phase by phase, each ready before the next begins, what is no longer wanted last. May be
 * interrupted anywhere; the next run goes on. Throws CA3_KUBE_NOT_READY, or what the API server refuses.
 */
export async function execute(client: KubeClient, plan: Plan, options: ExecuteOptions): Promise<void> {
  const { stages, signal, timeoutMs, onEvent } = options;
  const parts = [...new Set(stages.map(({ part }) => part))];
  const deadline = { atMs: client.clock.now() + timeoutMs, spanMs: timeoutMs };
  await using board = new Board(client, signal);
  const scopes = await widenScopes(client, parts, options);
  for (const phase of phaseOrder) {
    const steps = plan.steps.filter((step) => "phase" in step && step.phase === phase);
    const generations = options.generations.filter(({ secret }) =>
      stages.some((stage) => stage.phase === phase && stage.generated?.includes(secret)),
    );
    await generate(client, generations, options.secrets, options);
    for (const generation of generations) onEvent({ type: "generated", generation });
    for (const step of steps) {
      signal.throwIfAborted();
      if (step.kind === "create" && step.unchecked !== undefined)
        await kindIsServed(client, step.object, signal);
      if (await perform(client, step, { ...options, deadline })) onEvent({ type: "step", step });
    }
    const refs = steps.flatMap((step) => ("object" in step && !isByHelm(step) ? [refOf(step.object)] : []));
    if (refs.length === 0) continue;
    if (options.wait) {
      const onProgress = (open: readonly Look[], total: number) =>
        onEvent({ type: "waiting", phase, open, total });
      const without = await waitUntilReady(client, board, refs, { deadline, signal, onProgress });
      for (const look of without) onEvent({ type: "without", look });
    }
    onEvent({ type: "phase", phase, objects: refs.length });
  }
  for (const step of plan.steps)
    if (
      (step.kind === "prune" || step.kind === "retain") &&
      (await perform(client, step, { ...options, deadline }))
    )
      onEvent({ type: "step", step });
  await narrowScopes(client, plan, scopes, options);
}

/** A kind is served a moment after its definition is established, or by a release that is installing. */
async function kindIsServed(client: KubeClient, object: KubeObject, signal: AbortSignal): Promise<void> {
  const untilMs = client.clock.now() + SERVED_WITHIN_MS;
  while ((await client.discovery.find(object, true)) === undefined && client.clock.now() < untilMs)
    await client.clock.sleep(LOOK_EVERY_MS, signal);
}
const SERVED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 200;

/** Helm itself waits for what it installs. */
const isByHelm = (step: Step): boolean =>
  step.kind === "release" || (step.kind === "keep" && step.byHelm === true);

/** True when something was done that is worth telling. */
async function perform(
  client: KubeClient,
  step: Step,
  options: ExecuteOptions & { readonly deadline: { readonly atMs: number } },
): Promise<boolean> {
  const { force, signal, helm, wait, deadline } = options;
  switch (step.kind) {
    case "keep":
      return false;
    case "create":
    case "update":
      await client.apply(asMember(step.object, step.part), { force, signal });
      return true;
    case "replace":
      await removeAndWait(client, refOf(step.live), {
        uid: step.live.metadata.uid,
        propagation: step.orphan ? "Orphan" : propagationOf(refOf(step.live)),
        signal,
      });
      await client.apply(asMember(step.object, step.part), { force, signal });
      return true;
    case "release":
      if (helm === undefined) throw new Error("a release is planned without a helm");
      await installRelease(client, helm, step.object, {
        ...(wait ? { waitMs: deadline.atMs - client.clock.now() } : {}),
        signal,
      });
      // With a release come kinds.
      client.discovery.forget();
      return true;
    case "prune":
      return client.delete(step.ref, { uid: step.uid, signal });
    case "retain":
      return true;
  }
}

type Scopes = ReadonlyMap<Part, ApplySetScope>;

/** Before anything is made, its place is written down, so that a deployment that dies is found again. */
async function widenScopes(
  client: KubeClient,
  parts: readonly Part[],
  { stages, signal }: ExecuteOptions,
): Promise<Scopes> {
  const scopes = new Map<Part, ApplySetScope>();
  for (const part of parts) {
    const parent = await client.get(parentRef(part), signal);
    if (parent === undefined && !isWanted(stages, part)) continue;
    const before = readScope(parent);
    const wide = unionOf(before, wantedScope(stages, part));
    scopes.set(part, wide);
    if (parent !== undefined && sameScope(before, wide)) continue;
    if (parent === undefined) await ensureHome(client, signal);
    await client.apply(parentObject(part, wide, version), { force: true, signal });
  }
  return scopes;
}

async function narrowScopes(
  client: KubeClient,
  plan: Plan,
  scopes: Scopes,
  { stages, signal }: ExecuteOptions,
): Promise<void> {
  const retained = plan.steps.flatMap((step): ObjectRef[] => (step.kind === "retain" ? [step.ref] : []));
  for (const [part, wide] of scopes) {
    const narrow = unionOf(wantedScope(stages, part), scopeOf(retained));
    if (!sameScope(wide, narrow))
      await client.apply(parentObject(part, narrow, version), { force: true, signal });
  }
}

const isWanted = (stages: readonly Stage[], wanted: Part): boolean =>
  stages.some(({ part, objects }) => part === wanted && objects.length > 0);

/** The namespace of the parents counts, too: a read scope always has it. */
function wantedScope(stages: readonly Stage[], part: Part): ApplySetScope {
  const objects = stages.filter((stage) => stage.part === part).flatMap((stage) => stage.objects);
  return unionOf(scopeOf(objects), { groupKinds: [], namespaces: [HOME_NAMESPACE] });
}

/** What a step does, in the words of the log. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case "create":
      return `create ${describeRef(refOf(step.object))}`;
    case "update":
      return `change ${describeRef(refOf(step.object))}`;
    case "replace":
      return `recreate ${describeRef(refOf(step.object))}: ${step.why}`;
    case "release": {
      const { namespace, name } = releasePlace(step.object);
      return `${step.exists ? "change" : "install"} Helm release ${namespace}/${name}, with helm`;
    }
    case "keep":
      return `leave ${describeRef(refOf(step.object))} as it is`;
    case "prune":
      return `remove ${describeRef(step.ref)}`;
    case "retain":
      return `leave ${describeRef(step.ref)}, which is no longer wanted: ${step.why}`;
  }
}
