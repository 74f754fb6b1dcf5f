import { type DeployEvent, execute } from "../../src/k8s/apply.ts";
import { parentRef } from "../../src/k8s/apply-set.ts";
import type { KubeClient } from "../../src/k8s/client/client.ts";
import { type Prepared, prepare, problemOf } from "../../src/k8s/deploy.ts";
import { systemRandom } from "../../src/k8s/generate.ts";
import type { HelmCli } from "../../src/k8s/helm/cli.ts";
import { describeRef, refOf } from "../../src/k8s/object.ts";
import { membersOf } from "../../src/k8s/observe.ts";
import type { Part, Stage } from "../../src/k8s/phases.ts";

export type Options = {
  readonly force?: boolean;
  readonly adopt?: boolean;
  readonly helm?: HelmCli;
  /** Waits until things are ready; off by default, since nothing starts without nodes. */
  readonly wait?: boolean;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: DeployEvent) => void;
};

/** Looks and plans, as `ca3 diff` does. */
export const prepared = (
  client: KubeClient,
  stages: readonly Stage[],
  options: Options = {},
): Promise<Prepared> =>
  prepare(client, stages, {
    ...{ force: options.force ?? false, adopt: options.adopt ?? false, helm: options.helm },
    signal: options.signal ?? new AbortController().signal,
  });

/** Plans and does it, as `ca3 deploy` does; answers with what was done, one line for each step. */
export async function deployed(
  client: KubeClient,
  stages: readonly Stage[],
  options: Options = {},
): Promise<string[]> {
  const ready = await prepared(client, stages, options);
  const problem = problemOf(ready.plan);
  if (problem !== undefined) throw problem;
  const done: string[] = [];
  await execute(client, ready.plan, {
    ...ready,
    ...{ force: options.force ?? false, wait: options.wait ?? false, timeoutMs: options.timeoutMs ?? 60_000 },
    ...{ random: systemRandom, helm: options.helm, signal: options.signal ?? new AbortController().signal },
    onEvent(event) {
      options.onEvent?.(event);
      if (event.type === "generated") done.push(`generate ${event.generation.keys.join(", ")}`);
      if (event.type !== "step") return;
      const { step } = event;
      done.push(`${step.kind} ${describeRef("object" in step ? refOf(step.object) : step.ref)}`);
    },
  });
  return done;
}

/** Ends with nothing of the part left, data neither, so that tests do not see each other's members. */
export async function clearPart(client: KubeClient, part: Part): Promise<void> {
  await deployed(client, [{ part, phase: "app", objects: [] }]);
  for (;;) {
    const left = await membersOf(client, part);
    if (left.length === 0) break;
    for (const one of left) await client.delete(refOf(one), { propagation: "Background" });
    await Bun.sleep(50);
  }
  await client.delete(parentRef(part), { propagation: "Background" });
}
