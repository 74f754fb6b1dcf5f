import { expect, test } from "bun:test";
import type { Stage } from "../../../src/k8s/phases.ts";
import { podsOf } from "../pods.ts";
import { objectsIn, only, stagesFor } from "../wishes.ts";
import { objectRules } from "./object-rules.ts";
import { podRules } from "./pod-rules.ts";

type Draft = { [field: string]: Draft };

/** The standard manifests with one object spoiled. */
async function spoiled(kind: string, name: string, spoil: (object: Draft) => void): Promise<Stage[]> {
  const stages = structuredClone(await stagesFor("deploy: { profile: standard }")) as Stage[];
  spoil(only(objectsIn(stages), kind, name) as unknown as Draft);
  return stages;
}
const templateOf = (object: Draft) => object["spec"]!["template"]!["metadata"]!;
const podOf = (object: Draft) => object["spec"]!["template"]!["spec"]!;
const first = (object: Draft) => podOf(object)["containers"]![0]!;
const set = (object: Draft, field: string, value: unknown) => {
  object[field] = value as Draft;
};

const podCases: [string, (object: Draft) => void][] = [
  ["images", (one) => set(first(one), "image", "ca3:latest")],
  ["images", (one) => set(first(one), "image", "ca3")],
  ["resources", (one) => delete first(one)["resources"]!["limits"]!["memory"]],
  ["probes", (one) => delete first(one)["readinessProbe"]],
  ["restricted", (one) => set(podOf(one), "hostNetwork", true)],
  ["restricted", (one) => set(podOf(one)["securityContext"]!, "runAsUser", 0)],
  ["restricted", (one) => set(first(one)["securityContext"]!, "readOnlyRootFilesystem", false)],
  ["restricted", (one) => set(first(one)["securityContext"]!, "capabilities", {})],
  ["noToken", (one) => delete podOf(one)["automountServiceAccountToken"]],
  ["mounts", (one) => set(first(one), "volumeMounts", [])],
];

test.each(podCases)("the rule %s is not kept by a spoiled pod", async (rule, spoil) => {
  const stages = await spoiled("Deployment", "processor", spoil);
  const pod = podsOf(objectsIn(stages)).find(({ owner }) => owner.metadata.name === "processor")!;
  expect(podRules[rule]!(pod)).not.toEqual([]);
});

const objectCases: [string, string, string, (object: Draft) => void][] = [
  ["unique", "Service", "producers", (one) => set(one["metadata"]!, "name", "processor")],
  ["named", "Service", "producers", (one) => set(one["metadata"]!, "name", "Producers")],
  ["named", "Service", "producers", (one) => delete one["metadata"]!["labels"]],
  ["namespaced", "Service", "producers", (one) => set(one["metadata"]!, "namespace", "elsewhere")],
  [
    "services",
    "Service",
    "processor",
    (one) => set(one["spec"]!["selector"]!, "app.kubernetes.io/name", "x"),
  ],
  ["services", "Service", "processor", (one) => set(one["spec"]!["ports"]![0]!, "targetPort", "web")],
  ["budgets", "PodDisruptionBudget", "processor", (one) => set(one["metadata"]!, "namespace", "platform")],
  ["scalers", "Deployment", "processor", (one) => set(one["spec"]!, "replicas", 2)],
  [
    "secrets",
    "Deployment",
    "processor",
    (one) => set(podOf(one)["volumes"]![0]!["secret"]!, "items", [{ key: "x" }]),
  ],
  ["monitors", "Service", "producers", (one) => set(one["spec"]!["ports"]![0]!, "name", "web")],
  ["monitors", "Service", "producers", (one) => delete one["metadata"]!["labels"]!["app.kubernetes.io/name"]],
  ["noted", "Service", "producers", (one) => set(one["metadata"]!, "annotations", { "ca3/values": "1" })],
  ["noted", "Deployment", "processor", (one) => set(templateOf(one)["labels"]!, "io.ca3/part", "1")],
];

test.each(objectCases)("the rule %s is not kept by a spoiled %s %s", async (rule, kind, name, spoil) => {
  expect(objectRules[rule]!(await spoiled(kind, name, spoil))).not.toEqual([]);
});

test("every rule is tried", () => {
  const tried = (cases: readonly (readonly [string, ...unknown[]])[]) => [
    ...new Set(cases.map(([rule]) => rule)),
  ];
  expect(tried(podCases)).toEqual(Object.keys(podRules));
  expect(tried(objectCases)).toEqual(Object.keys(objectRules));
});
