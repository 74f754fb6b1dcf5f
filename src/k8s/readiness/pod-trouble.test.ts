import { expect, test } from "bun:test";
import { condition, live } from "../../../tests/samples/kubernetes.ts";
import { lookAt, reasonOf } from "./look.ts";
import { podTrouble } from "./pod-trouble.ts";
import { matches, newestPods } from "./pods-of.ts";

const waits = (reason: string, message = "", more: object = {}) => ({
  ...{ name: "main", image: "ca3:1", restartCount: 0, state: { waiting: { reason, message } } },
  ...more,
});
const pod = (...containerStatuses: object[]) => live("Pod", "p", { status: { containerStatuses } });
const crashed = (exitCode: number, reason = "Error") => ({ lastState: { terminated: { exitCode, reason } } });

test.each([
  [
    "no node",
    live("Pod", "p", {
      status: {
        conditions: [
          condition("PodScheduled", "False", { message: "0/1 nodes are available: 1 Insufficient memory." }),
        ],
      },
    }),
    "unschedulable",
    "no node can take it: 0/1 nodes are available: 1 Insufficient memory.",
  ],
  [
    "an image",
    pod(waits("ImagePullBackOff", "not found")),
    "image",
    "its image ca3:1 cannot be pulled: not found",
  ],
  [
    "an image that may not be fetched",
    pod(waits("ErrImageNeverPull")),
    "image",
    "its image ca3:1 does not exist: ErrImageNeverPull",
  ],
  [
    "a missing Secret",
    pod(waits("CreateContainerConfigError", 'secret "s" not found')),
    "configuration",
    'container main cannot be started: secret "s" not found',
  ],
  [
    "crashes",
    pod(waits("CrashLoopBackOff", "", { restartCount: 4, ...crashed(1) })),
    "crash",
    "container main ended with code 1, 4 times",
  ],
  [
    "too little memory",
    pod(waits("CrashLoopBackOff", "", { restartCount: 1, ...crashed(137, "OOMKilled") })),
    "crash",
    "container main ended with code 137 (OOMKilled), 1 times",
  ],
  [
    "no AVX",
    pod(waits("CrashLoopBackOff", "", { restartCount: 1, ...crashed(132) })),
    "crash",
    "container main ended with code 132 (the CPU lacks an instruction, such as AVX), 1 times",
  ],
  [
    "a crash a moment ago",
    pod({ name: "main", restartCount: 0, state: { terminated: { exitCode: 3, reason: "Error" } } }),
    "crash",
    "container main ended with code 3",
  ],
  [
    "a probe",
    pod({ name: "main", ready: false, restartCount: 0, state: { running: {} } }),
    "unhealthy",
    "container main runs and is not ready yet",
  ],
  ["nothing yet", live("Pod", "p", { status: {} }), "starting", "its containers are not created yet"],
  [
    "a volume that nobody has made yet",
    live("Pod", "p", {
      spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-p" } }] },
      status: {},
    }),
    "starting",
    "it waits for its volume, data-p",
  ],
])("a pod held up by %s", (_what, object, kind, text) => {
  expect(podTrouble(object)).toMatchObject({ kind: kind as "image", text });
});

test("a pod that is ready, done or on its way out has no trouble", () => {
  for (const fields of [
    { status: { conditions: [condition("Ready", "True")] } },
    { status: { phase: "Succeeded" } },
    {
      metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" },
      status: { containerStatuses: [waits("ErrImagePull")] },
    },
  ])
    expect(podTrouble(live("Pod", "p", fields))).toBeUndefined();
});

test("only the newest template's pods count", () => {
  const of = (name: string, hash: string, second: string) =>
    live("Pod", name, {
      metadata: { labels: { "pod-template-hash": hash }, creationTimestamp: `2026-01-01T00:00:${second}Z` },
    });
  const names = newestPods([of("a", "old", "01"), of("b", "new", "03"), of("c", "new", "02")]).map(
    ({ metadata }) => metadata.name,
  );
  expect(names).toEqual(["b", "c"]);
});

test("after a step back the pods of the template that failed say nothing, though they were made last", () => {
  const deployment = live("Deployment", "d", {
    metadata: { uid: "d-1", generation: 3 },
    spec: { replicas: 1, selector: { matchLabels: { app: "d" } } },
    status: { observedGeneration: 3, replicas: 2, updatedReplicas: 1, readyReplicas: 1 },
  });
  const made = (name: string, hash: string, second: string, status: object) =>
    live("Pod", name, {
      metadata: {
        ...{ labels: { app: "d", "pod-template-hash": hash } },
        creationTimestamp: `2026-01-01T00:00:${second}Z`,
      },
      status,
    });
  const set = (hash: string, revision: number) =>
    live("ReplicaSet", `d-${hash}`, {
      metadata: {
        ownerReferences: [{ uid: "d-1", controller: true }],
        ...{ labels: { "pod-template-hash": hash } },
        annotations: { "deployment.kubernetes.io/revision": String(revision) },
      },
    });
  const pods = [
    made("good", "a", "01", { conditions: [condition("Ready", "True")] }),
    made("bad", "b", "02", { containerStatuses: [waits("ErrImageNeverPull")] }),
  ];
  const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace: "app", name: "d" };
  const look = (object: typeof deployment, sets: ReturnType<typeof set>[]) =>
    lookAt(ref, object, pods, sets).pod?.object.metadata.name;
  expect(look(deployment, [set("a", 1), set("b", 2)])).toBe("bad");
  expect(look(deployment, [set("a", 3), set("b", 2)])).toBeUndefined();
  const untold = live("Deployment", "d", {
    ...deployment,
    metadata: { uid: "d-1", generation: 4 },
  });
  expect(look(untold, [set("a", 1), set("b", 2)])).toBeUndefined();
});

test.each([
  [{ matchLabels: { a: "1" } }, true],
  [{ matchLabels: { a: "2" } }, false],
  [{}, false],
  [{ matchExpressions: [{ key: "a", operator: "In", values: ["1", "2"] }] }, true],
  [{ matchExpressions: [{ key: "b", operator: "NotIn", values: ["1"] }] }, true],
  [{ matchExpressions: [{ key: "b", operator: "Exists" }] }, false],
  [{ matchExpressions: [{ key: "b", operator: "DoesNotExist" }] }, true],
])("selector %j on a=1: %p", (selector, fits) => expect(matches(selector, { a: "1" })).toBe(fits));

test("a workload that waits names the pod that holds it up, the gravest first", () => {
  const deployment = live("Deployment", "d", {
    metadata: { generation: 1 },
    spec: { replicas: 2, selector: { matchLabels: { app: "d" } } },
    status: { observedGeneration: 1 },
  });
  const labels = { app: "d" };
  const pods = [
    live("Pod", "starts", { metadata: { labels }, status: {} }),
    live("Pod", "pulls", {
      metadata: { labels },
      status: { containerStatuses: [waits("ErrImagePull", "no such host")] },
    }),
    live("Pod", "other", { metadata: { labels: { app: "e" } }, status: {} }),
  ];
  const look = lookAt(
    { apiVersion: "apps/v1", kind: "Deployment", namespace: "app", name: "d" },
    deployment,
    pods,
  );
  expect(reasonOf(look)).toBe(
    "Deployment app/d: 0 of 2 pods are made from the new template; " +
      "Pod app/pulls: its image ca3:1 cannot be pulled: no such host",
  );
});
