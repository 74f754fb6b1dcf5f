import { describe, expect, test } from "bun:test";
import { condition, live, workload } from "../../../tests/samples/kubernetes.ts";
import { amountOf, requestsOf } from "./amounts.ts";
import { capacityProblem } from "./capacity.ts";
import { storageProblem } from "./storage.ts";

test.each([
  ["250m", 0.25],
  ["2", 2],
  ["1.5Gi", 1.5 * 1024 ** 3],
  ["100k", 1e5],
  ["1e3", 1000],
  ["12E", 12e18],
  ["", 0],
  ["lots", 0],
])("the quantity %p is %p", (text, amount) => expect(amountOf(text)).toBe(amount));

const asks = (cpu: string, memory: string, more: object = {}) => ({
  resources: { requests: { cpu, memory } },
  ...more,
});

test.each([
  ["containers are added up", { containers: [asks("1", "1"), asks("2", "2")] }, { cores: 3, bytes: 3 }],
  [
    "the largest that runs before counts when it is larger",
    { initContainers: [asks("5", "1")], containers: [asks("1", "2")] },
    { cores: 5, bytes: 2 },
  ],
  [
    "one that stays beside is added",
    {
      initContainers: [asks("1", "1", { restartPolicy: "Always" }), asks("3", "1")],
      containers: [asks("2", "2")],
    },
    { cores: 4, bytes: 3 },
  ],
  [
    "limits stand in for requests",
    { containers: [{ resources: { limits: { cpu: "1", memory: "7" } } }] },
    { cores: 1, bytes: 7 },
  ],
])("%s", (_what, spec, amounts) => expect(requestsOf(spec)).toEqual(amounts));

const node = (name: string, cpu: string, memory: string, more: object = {}) =>
  live("Node", name, {
    status: { allocatable: { cpu, memory, pods: "110" }, conditions: [condition("Ready", "True")] },
    ...more,
  });
const pod = (on: string, cpu: string, memory: string, app = "other") =>
  live("Pod", `${app}-pod`, {
    metadata: { labels: { app } },
    spec: { nodeName: on, containers: [asks(cpu, memory)] },
    status: { phase: "Running" },
  });

describe("room", () => {
  const judged = (
    wanted: Parameters<typeof capacityProblem>[0],
    nodes: ReturnType<typeof node>[],
    pods: ReturnType<typeof pod>[] = [],
  ) => capacityProblem(wanted, nodes, pods, "k3s")?.message;

  test("that suffices is no problem", () => {
    expect(
      judged(
        [workload("Deployment", "d", { replicas: 2, cpu: "1", memory: "1Gi" })],
        [node("n", "2", "2Gi")],
      ),
    ).toBeUndefined();
  });

  test("that is used by others is not free, and how much is missing is said", () => {
    expect(
      judged(
        [workload("StatefulSet", "kafka", { cpu: "500m", memory: "1Gi" })],
        [node("n", "1", "1Gi")],
        [pod("n", "800m", "512Mi")],
      ),
    ).toBe(
      "cluster k3s cannot fit 1 pod: 0.50 cores and 1.0 GiB of memory are needed, 0.20 cores and 512.0 MiB of memory are free on 1 node\n" +
        "StatefulSet app/kafka: 0.50 cores and 1.0 GiB of memory",
    );
  });

  test("pods that run already are not counted twice", () => {
    const wanted = [workload("Deployment", "d", { cpu: "1", memory: "1Gi" })];
    expect(judged(wanted, [node("n", "1", "1Gi")], [pod("n", "1", "1Gi", "d")])).toBeUndefined();
  });

  test("in two halves is no room for a whole", () => {
    const said = judged(
      [workload("Deployment", "d", { cpu: "1", memory: "3Gi" })],
      [node("a", "2", "2Gi"), node("b", "2", "2Gi")],
    );
    expect(said).toContain("that much is free, but not on one node");
  });

  test.each([
    ["closed for new pods", { spec: { unschedulable: true } }],
    [
      "not ready",
      { status: { allocatable: { cpu: "9", memory: "9Gi" }, conditions: [condition("Ready", "False")] } },
    ],
    ["tainted", { spec: { taints: [{ key: "gpu", effect: "NoSchedule" }] } }],
  ])("on a node that is %s does not count", (_what, more) => {
    expect(
      judged([workload("Job", "j", { cpu: "1", memory: "1Gi" })], [node("n", "9", "9Gi", more)]),
    ).toMatch(/cannot fit|has no node that is ready/);
  });

  test("on a tainted node counts for pods that tolerate it", () => {
    const wanted = [
      workload("Job", "j", { cpu: "1", memory: "1Gi", tolerations: [{ key: "gpu", operator: "Exists" }] }),
    ];
    expect(
      judged(wanted, [node("n", "9", "9Gi", { spec: { taints: [{ key: "gpu", effect: "NoSchedule" }] } })]),
    ).toBeUndefined();
  });

  test("on nodes with other labels than a pod asks for does not count", () => {
    const wanted = [workload("Job", "j", { cpu: "1", memory: "1Gi", nodeSelector: { disk: "ssd" } })];
    expect(judged(wanted, [node("n", "9", "9Gi")])).toContain("cannot fit");
    expect(
      judged(wanted, [node("n", "9", "9Gi", { metadata: { labels: { disk: "ssd" } } })]),
    ).toBeUndefined();
  });
});

describe("storage", () => {
  const claims = (storageClassName?: string) => ({
    ...workload("StatefulSet", "kafka", { cpu: "1", memory: "1" }),
    spec: { volumeClaimTemplates: [{ spec: storageClassName === undefined ? {} : { storageClassName } }] },
  });
  const local = live("StorageClass", "local-path", {
    metadata: { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  });
  const plain = live("StorageClass", "gp3");

  test.each([
    ["the default class", claims(), [local], undefined],
    ["a class that is there", claims("gp3"), [plain], undefined],
    ["no class at all", claims(), [], "no default storage class; it has none"],
    ["no default class", claims(), [plain], "no default storage class; it has gp3"],
    [
      "a class that is not there",
      claims("fast"),
      [local, plain],
      "of storage class fast, which cluster k3s does not have; it has local-path, gp3",
    ],
  ])("from %s", (_what, wanted, classes, said) => {
    const problem = storageProblem([wanted], classes, "k3s")?.message;
    if (said === undefined) expect(problem).toBeUndefined();
    else expect(problem).toContain(said);
  });
});
