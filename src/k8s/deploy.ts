import { Ca3Error } from "../support/errors.ts";
import { describeStep } from "./apply.ts";
import type { KubeClient } from "./client/client.ts";
import { type Generation, liveSecrets, planGeneration } from "./generate.ts";
import type { LiveObject } from "./live-object.ts";
import { type ObserveOptions, observe } from "./observe.ts";
import { type Part, parts, type Stage } from "./phases.ts";
import { type Plan, planSteps } from "./plan.ts";
import { lacks, requireAccess } from "./preflight/preflight.ts";

/** Everything that is known before something is changed. */
export type Prepared = {
  readonly stages: readonly Stage[];
  readonly plan: Plan;
  readonly generations: readonly Generation[];
  /** Generated Secrets that exist, by `secretKey`. */
  readonly secrets: Map<string, LiveObject>;
};

/** The stages of some parts, or of all. A part of which nothing is wanted has an empty one, so that what it had is removed. */
export function ofParts(stages: readonly Stage[], chosen: readonly Part[]): Stage[] {
  const wanted = chosen.length === 0 ? parts : chosen;
  const there = stages.filter(({ part }) => wanted.includes(part));
  const empty = wanted.filter((part) => !there.some((stage) => stage.part === part));
  return [...there, ...empty.map((part): Stage => ({ part, phase: "namespaces", objects: [] }))];
}

/**
 * Looks at the cluster and makes the plan; changes nothing. `plan.problems` says what forbids it. Throws when the
 * cluster cannot be reached, is too old, or does not let the user look.
 */
export async function prepare(
  client: KubeClient,
  stages: readonly Stage[],
  options: ObserveOptions,
): Promise<Prepared> {
  await requireAccess(client, stages, options.signal);
  const generated = stages.flatMap((stage) => stage.generated ?? []);
  const [seen, lacking, secrets] = await Promise.all([
    observe(client, stages, options),
    lacks(client, stages, options.signal),
    liveSecrets(client, withSources(generated), options).catch((error: unknown) => {
      if (error instanceof Ca3Error && error.code === "CA3_KUBE_FOREIGN") return error;
      throw error;
    }),
  ]);
  const { steps, problems } = planSteps(stages, seen);
  const known = secrets instanceof Ca3Error ? new Map<string, LiveObject>() : secrets;
  return {
    stages,
    plan: { steps, problems: [...problems, ...(secrets instanceof Ca3Error ? [secrets] : []), ...lacking] },
    generations: planGeneration(generated, known),
    secrets: known,
  };
}

/** With what they are copies of, which may belong to a part that is not deployed now. */
const withSources = (generated: NonNullable<Stage["generated"]>): NonNullable<Stage["generated"]> => {
  const sources = generated.flatMap(({ values }) =>
    Object.values(values).flatMap((value) => ("sameAs" in value ? [value.sameAs] : [])),
  );
  const known = new Set(generated.map(({ namespace, name }) => `${namespace}/${name}`));
  const more = new Map(
    sources
      .filter(({ namespace, name }) => !known.has(`${namespace}/${name}`))
      .map(({ namespace, name }) => [`${namespace}/${name}`, { namespace, name, values: {} }]),
  );
  return [...generated, ...more.values()];
};

/** All that forbids a plan as one error; the first one's code, since it is the cause more often than not. */
export function problemOf({ problems }: Plan): Ca3Error | undefined {
  const [first, ...rest] = problems;
  if (first === undefined || rest.length === 0) return first;
  const messages = [...new Set(problems.map(({ message }) => message))];
  return new Ca3Error(first.code, messages.join("\n"), {
    exitCode: first.exitCode,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  });
}

/** Whether two plans change the same. What the cluster says of objects that are kept may differ. */
export const changesSame = (one: Prepared, other: Prepared): boolean =>
  Bun.deepEquals(changesOf(one), changesOf(other));

const changesOf = ({ plan: { steps }, generations }: Prepared) => [
  ...generations.map(({ secret, keys }) => `${secret.namespace}/${secret.name}: ${keys.join()}`),
  ...steps.flatMap((step) =>
    step.kind === "keep"
      ? []
      : [[describeStep(step), "uid" in step ? step.uid : "", "changes" in step ? step.changes : []]],
  ),
];

/** Whether a deployment would change something. */
export const hasWork = ({ plan: { steps }, generations }: Prepared): boolean =>
  generations.length > 0 || steps.some(({ kind }) => kind !== "keep" && kind !== "retain");
