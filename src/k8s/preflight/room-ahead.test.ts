import { expect, test } from "bun:test";
import { type MachineAhead, roomAhead } from "./room-ahead.ts";

const machine = (name: string, memoryMib: number, more: Partial<MachineAhead> = {}): MachineAhead => ({
  ...{ name, role: "worker", vcpus: 2, memoryMib, labels: {}, taints: [] },
  ...more,
});
const asking = (memory: string, replicas = 1) => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "any", namespace: "app" } },
  spec: {
    replicas,
    template: { spec: { containers: [{ resources: { requests: { cpu: "100m", memory } } }] } },
  },
});

test("what fits beside the system fits, and what would need its memory does not", () => {
  expect(roomAhead([asking("1500Mi")], [machine("a", 2048)], "ca3")).toBeUndefined();
  const lack = roomAhead([asking("1700Mi")], [machine("a", 2048)], "ca3");
  expect(lack).toMatchObject({ code: "CA3_KUBE_CAPACITY" });
  expect(lack!.message).toContain("cannot fit 1 pod");
});

test("a control plane has less to give, and a tainted machine nothing to pods that do not bear it", () => {
  expect(roomAhead([asking("1500Mi")], [machine("cp", 2048, { role: "control" })], "ca3")).toBeDefined();
  const tainted = machine("gpu", 16_384, { taints: ["gpu=true:NoSchedule"] });
  expect(roomAhead([asking("100Mi")], [tainted], "ca3")).toBeDefined();
});

test("releases count with what their values ask for", () => {
  const release = {
    ...{ apiVersion: "helm.cattle.io/v1", kind: "HelmChart", metadata: { name: "loki" } },
    spec: { valuesContent: "a:\n  resources:\n    requests: {cpu: 50m, memory: 900Mi}\nb: [{x: 1}]\n" },
  };
  expect(roomAhead([release], [machine("a", 2048)], "ca3")).toBeUndefined();
  expect(roomAhead([release, release], [machine("a", 2048)], "ca3")!.message).toContain("loki/a");
});
