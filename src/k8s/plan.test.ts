import { describe, expect, test } from "bun:test";
import { live } from "../../tests/samples/kubernetes.ts";
import { Ca3Error } from "../support/errors.ts";
import type { KubeObject } from "./object.ts";
import { keyOf, refOf } from "./object.ts";
import type { Stage } from "./phases.ts";
import { planSteps, type Sight } from "./plan.ts";

const object = (kind: string, name: string): KubeObject => {
  const { metadata, ...rest } = live(kind, name);
  return { ...rest, metadata: { name, ...(metadata.namespace === undefined ? {} : { namespace: "app" }) } };
};
const stage = (phase: Stage["phase"], ...objects: KubeObject[]): Stage => ({ part: "app", phase, objects });

function planned(stages: Stage[], sights: Record<string, Sight>, members = [] as ReturnType<typeof live>[]) {
  const byKey = new Map(
    stages.flatMap(({ objects }) => objects.map((one) => [keyOf(refOf(one)), sights[one.metadata.name]!])),
  );
  const plan = planSteps(stages, { sights: byKey, members });
  return {
    ...plan,
    lines: plan.steps.map((step) =>
      "object" in step
        ? `${step.kind} ${step.object.metadata.name}`
        : `${step.kind} ${step.ref.kind}/${step.ref.name}`,
    ),
  };
}

const unchanged = (name: string, kind = "Deployment"): Sight => {
  const one = live(kind, name, { spec: { a: 1 } });
  return {
    is: "present",
    live: one,
    applied: { ...one, metadata: { ...one.metadata, resourceVersion: "2" } },
  };
};

test("phases come in their order, whatever the order of the stages", () => {
  const stages = [
    stage("app", object("Deployment", "late")),
    stage("namespaces", object("Namespace", "first")),
  ];
  const { lines } = planned(stages, { late: { is: "missing" }, first: { is: "missing" } });
  expect(lines).toEqual(["create first", "create late"]);
});

describe("one object", () => {
  const one = (sight: Sight) => planned([stage("app", object("Deployment", "d"))], { d: sight });

  test.each<[string, Sight, string[]]>([
    ["that is missing is made", { is: "missing" }, ["create d"]],
    ["that is as it should be is left alone", unchanged("d"), ["keep d"]],
    [
      "that differs is changed",
      {
        is: "present",
        live: live("Deployment", "d", { spec: { a: 1 } }),
        applied: live("Deployment", "d", { spec: { a: 2 } }),
      },
      ["update d"],
    ],
    [
      "that cannot change is made anew",
      { is: "immutable", live: live("Deployment", "d"), why: "w" },
      ["replace d"],
    ],
  ])("%s", (_what, sight, lines) => expect(one(sight).lines).toEqual(lines));

  test("that is refused is a problem and no step", () => {
    const error = new Ca3Error("CA3_KUBE_CONFLICT", "spec.replicas belongs to hpa");
    const plan = one({ is: "refused", error });
    expect([plan.lines, plan.problems]).toEqual([[], [error]]);
  });

  test("what changes is told field by field", () => {
    const sight: Sight = {
      is: "present",
      live: live("Deployment", "d", { spec: { a: 1 } }),
      applied: live("Deployment", "d", { spec: { a: 2 } }),
    };
    expect(one(sight).steps[0]).toMatchObject({ changes: [{ path: "spec.a", before: 1, after: 2 }] });
  });
});

test("a Job is removed with its pods, anything else leaves what it owns to its successor", () => {
  const stages = [stage("setup", object("Job", "j")), stage("data", object("StatefulSet", "s"))];
  const immutable = (kind: string, name: string): Sight => ({
    is: "immutable",
    live: live(kind, name),
    why: "",
  });
  const { steps } = planned(stages, { j: immutable("Job", "j"), s: immutable("StatefulSet", "s") });
  expect(steps.map((step) => "orphan" in step && [step.object.kind, step.orphan])).toEqual([
    ["StatefulSet", true],
    ["Job", false],
  ]);
});

test("what nobody wants any more goes, users before what they use; data stays, with the reason", () => {
  const members = [
    live("ConfigMap", "old"),
    live("Service", "old"),
    live("PersistentVolumeClaim", "data-0"),
    live("Deployment", "old"),
    live("Secret", "key"),
    live("Deployment", "kept"),
    live("Deployment", "going", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }),
  ];
  const { lines } = planned(
    [stage("app", object("Deployment", "kept"))],
    { kept: unchanged("kept") },
    members,
  );
  expect(lines).toEqual([
    "keep kept",
    "prune Deployment/old",
    "prune Service/old",
    "prune ConfigMap/old",
    "retain PersistentVolumeClaim/data-0",
    "retain Secret/key",
  ]);
});
