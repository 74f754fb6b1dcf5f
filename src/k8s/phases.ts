import type { GeneratedSecret } from "./generated-secret.ts";
import type { KubeObject } from "./object.ts";

/** The parts of a deployment that can be deployed alone, in the order of `ca3 deploy`. */
export const parts = ["platform", "app", "monitoring"] as const;
export type Part = (typeof parts)[number];

/**
 * The order in which objects are applied; one phase is ready before the next begins. Removal goes the other way.
 * What a phase holds decides nothing but its place.
 */
export const phases = {
  namespaces: "Namespaces with their Pod Security labels",
  crds: "CustomResourceDefinitions, established before anything uses them",
  access: "ServiceAccounts, Roles and their bindings",
  configuration: "Secrets and ConfigMaps",
  network: "Services and NetworkPolicies",
  data: "Kafka and MongoDB, with their volumes and disruption budgets",
  setup: "Jobs that run to their end, such as creating topics",
  app: "Processor and producers",
  scaling: "Autoscalers and disruption budgets of the app",
  releases: "Helm releases",
  monitors: "What needs the kinds of a Helm release: monitors, rules, dashboards",
} as const;
export type Phase = keyof typeof phases;
export const phaseOrder = Object.keys(phases) as readonly Phase[];

/** Objects of one part that are applied together, as `planDeploy` makes them from settings. */
export type Stage = {
  readonly part: Part;
  readonly phase: Phase;
  readonly objects: readonly KubeObject[];
  readonly generated?: readonly GeneratedSecret[];
};
