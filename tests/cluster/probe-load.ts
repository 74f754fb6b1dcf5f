import { at, conditionOf } from "../../src/k8s/live-object.ts";
import type { KubeObject, ObjectRef } from "../../src/k8s/object.ts";
import type { TeamFigures } from "./api.ts";
import type { Stage } from "./stage.ts";

export type Load = {
  /** What the API has to say once everything is stored. */
  readonly expected: TeamFigures;
  /** Whether everything is sent. Throws when it failed. */
  sent(): Promise<boolean>;
  /** Takes the pod away that sent it. */
  remove(): Promise<unknown>;
};

type Options = { readonly team: string; readonly events: number; readonly rate: number };

/**
 * Sends events of a team of their own from a pod, as the producers do, so many and no more. The same events are made on
 * this machine as well, and counted there.
 */
export async function startLoad(stage: Stage, { team, events, rate }: Options): Promise<Load> {
  const words = [
    ...["producer", "--source", "synthetic", "--team", team, "--hostname", team, "--seed", "7"],
    ...["--rate", String(rate), "--count", String(events), "--start", new Date().toISOString()],
  ];
  const made = await stage.ca3(`${words.join(" ")} --speed max`);
  if (made.code !== 0) throw new Error(made.err);
  const job = await jobLike(stage, team, words);
  await stage.node.client.create(job);
  const { namespace, name } = job.metadata;
  const ref: ObjectRef = { apiVersion: "batch/v1", kind: "Job", namespace: namespace!, name };
  return {
    expected: sumOf(made.out),
    async sent() {
      const live = await stage.node.client.get(ref);
      const failed = live && conditionOf(live, "Failed");
      if (failed?.status === "True")
        throw new Error(`the load failed: ${failed.message}\n${(await stage.ca3(`logs ${team}`)).out}`);
      return live !== undefined && conditionOf(live, "Complete")?.status === "True";
    },
    remove: () => stage.node.client.delete(ref, { propagation: "Foreground" }),
  };
}

/** A Job with the pod of the producers, but for what it sends. */
async function jobLike({ node }: Stage, name: string, args: readonly string[]): Promise<KubeObject> {
  const producers = await node.client.get({
    ...{ apiVersion: "apps/v1", kind: "Deployment", namespace: "app", name: "producers" },
  });
  const spec = at(producers, "spec", "template", "spec") as { containers: object[] };
  const [container] = spec.containers as [Record<string, unknown>];
  const { startupProbe: _s, readinessProbe: _r, livenessProbe: _l, ...rest } = container;
  return {
    ...{ apiVersion: "batch/v1", kind: "Job", metadata: { namespace: "app", name } },
    spec: {
      backoffLimit: 0,
      template: { spec: { ...spec, restartPolicy: "Never", containers: [{ ...rest, args }] } },
    },
  };
}

function sumOf(lines: string): TeamFigures {
  let [requests, inputTokens, outputTokens] = [0, 0, 0];
  for (const line of lines.split("\n").filter(Boolean)) {
    const event = JSON.parse(line) as Record<string, number | string>;
    if (event["kind"] !== "request") continue;
    requests += Number(event["requests"]);
    inputTokens += Number(event["input_tokens"]);
    outputTokens += Number(event["output_tokens"]);
  }
  return { requests, inputTokens, outputTokens };
}
