import { describe, expect, test } from "bun:test";
import { condition, live } from "../../../tests/samples/kubernetes.ts";
import { verdictOf } from "./verdicts.ts";

const meta = { metadata: { generation: 2 } };
const seen = { observedGeneration: 2 };
const judged = (kind: string, fields: Record<string, unknown>) => {
  const verdict = verdictOf(live(kind, "x", { ...meta, ...fields }));
  return verdict.is === "ready" ? (verdict.note ?? "ready") : `${verdict.is}: ${verdict.reason}`;
};

describe("a Deployment", () => {
  const spec = { replicas: 2 };
  const full = { ...seen, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  test.each([
    ["nobody has seen", {}, "waiting: its controller has not seen it yet"],
    [
      "changed a moment ago",
      { ...full, observedGeneration: 1 },
      "waiting: its controller has not seen the change yet",
    ],
    ["without pods", seen, "waiting: 0 of 2 pods are made from the new template"],
    ["half new", { ...full, updatedReplicas: 1 }, "waiting: 1 of 2 pods is made from the new template"],
    ["with old pods", { ...full, replicas: 3 }, "waiting: 1 of its old pods still run"],
    ["half ready", { ...full, readyReplicas: 1 }, "waiting: 1 of 2 pods is ready"],
    [
      "ready for less than its minimum",
      { ...full, availableReplicas: 0 },
      "waiting: 0 of 2 pods are available",
    ],
    [
      "that may not make pods",
      { ...seen, conditions: [condition("ReplicaFailure", "True", { message: "exceeded quota" })] },
      "failed: its pods cannot be created: exceeded quota",
    ],
    ["that is complete", full, "ready"],
  ])("%s", (_what, status, said) => expect(judged("Deployment", { spec, status })).toBe(said));

  test("that is to have no pods is ready with none", () => {
    expect(judged("Deployment", { spec: { replicas: 0 }, status: seen })).toBe("ready");
  });
});

describe("a StatefulSet", () => {
  const full = {
    ...seen,
    replicas: 3,
    readyReplicas: 3,
    updatedReplicas: 3,
    currentRevision: "a",
    updateRevision: "a",
  };
  test.each([
    ["that is complete", {}, full, "ready"],
    [
      "in the middle of an update",
      {},
      { ...full, updatedReplicas: 1, updateRevision: "b" },
      "waiting: 1 of 3 pods is made from the new template",
    ],
    [
      "updated down to its partition",
      { updateStrategy: { rollingUpdate: { partition: 2 } } },
      { ...full, updatedReplicas: 1, updateRevision: "b" },
      "ready",
    ],
    ["with too many pods", {}, { ...full, replicas: 4 }, "waiting: 1 of its pods are too many"],
    [
      "that changes on deletion",
      { updateStrategy: { type: "OnDelete" } },
      full,
      "its pods change only when they are deleted",
    ],
  ])("%s", (_what, spec, status, said) =>
    expect(judged("StatefulSet", { spec: { replicas: 3, ...spec }, status })).toBe(said),
  );
});

describe("others", () => {
  test.each([
    ["DaemonSet", { status: { ...seen, desiredNumberScheduled: 0 } }, "no node is meant to run it"],
    [
      "DaemonSet",
      { status: { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberReady: 1 } },
      "waiting: 1 of 2 pods is ready",
    ],
    ["Job", { status: { active: 1 } }, "waiting: it runs"],
    ["Job", { status: { failed: 2 } }, "waiting: it runs, after 2 failed tries"],
    ["Job", { status: { conditions: [condition("Complete", "True")] } }, "ready"],
    [
      "Job",
      { status: { conditions: [condition("Failed", "True", { message: "too often" })] } },
      "failed: it failed: too often",
    ],
    ["PersistentVolumeClaim", { status: { phase: "Pending" } }, "its volume is made for its first pod"],
    ["PersistentVolumeClaim", { status: { phase: "Lost" } }, "failed: its volume is gone"],
    ["Namespace", { status: { phase: "Terminating" } }, "failed: it is being deleted"],
    ["Service", { spec: { type: "LoadBalancer" } }, "waiting: it has no address from outside yet"],
    ["ConfigMap", { data: {} }, "ready"],
    [
      "ConfigMap",
      { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } },
      "waiting: it is being deleted",
    ],
    ["Custom", { apiVersion: "x.io/v1" }, "ready"],
    [
      "Custom",
      { apiVersion: "x.io/v1", status: { observedGeneration: 1 } },
      "waiting: its controller has not seen the change yet",
    ],
    [
      "Custom",
      { apiVersion: "x.io/v1", status: { conditions: [condition("Ready", "False", { message: "no" })] } },
      "waiting: no",
    ],
    [
      "Custom",
      { apiVersion: "x.io/v1", status: { conditions: [condition("Stalled", "True", { message: "bad" })] } },
      "failed: bad",
    ],
    [
      "HorizontalPodAutoscaler",
      { apiVersion: "autoscaling/v2", status: { conditions: [condition("AbleToScale", "True")] } },
      "waiting: it has not looked at its metrics yet",
    ],
    [
      "HorizontalPodAutoscaler",
      {
        apiVersion: "autoscaling/v2",
        status: { conditions: [condition("AbleToScale", "True"), condition("ScalingActive", "True")] },
      },
      "ready",
    ],
    [
      "CustomResourceDefinition",
      {
        apiVersion: "apiextensions.k8s.io/v1",
        status: { conditions: [condition("NamesAccepted", "False", { message: "taken" })] },
      },
      "failed: its names are taken: taken",
    ],
  ])("%s %j: %s", (kind, fields, said) => expect(judged(kind, fields)).toBe(said));
});
