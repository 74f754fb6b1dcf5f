import type { GeneratedSecret } from "../generated-secret.ts";
import type { KubeObject } from "../object.ts";
import type { Part, Stage } from "../phases.ts";

/** Stages of these parts; of all parts when none is named. */
export const stagesOf = (stages: readonly Stage[], wanted: readonly Part[]): Stage[] =>
  stages.filter(({ part, phase }) => wanted.length === 0 || wanted.includes(part) || phase === "namespaces");

/** Every object in the order in which it is applied. */
export const objectsOf = (stages: readonly Stage[]): KubeObject[] => stages.flatMap(({ objects }) => objects);

/** Secrets that are not among the objects, because their values are made in the cluster. */
export const generatedOf = (stages: readonly Stage[]): GeneratedSecret[] =>
  stages.flatMap(({ generated = [] }) => generated);

/** `platform/kafka-client (username, password)`. */
export const describeGenerated = ({ namespace, name, values }: GeneratedSecret): string =>
  `${namespace}/${name} (${Object.keys(values).join(", ")})`;
