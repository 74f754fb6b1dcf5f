import { expect, test } from "bun:test";
import type { NodeFacts } from "../../k8s/nodes/node-facts.ts";
import { nothingSeen, type SeenNode } from "../model.ts";
import { tag } from "../tags.ts";
import { clusterHealth, leftovers } from "./health.ts";

const machine = (name: string, more: Partial<SeenNode> = {}): SeenNode => ({
  ...{ id: `i-${name}`, tags: {}, name, state: "running", type: "t3.small", imageId: "ami-1", zone: "a" },
  ...{
    privateAddress: "10.0.0.1",
    publicAddress: undefined,
    groupIds: [],
    launchedMs: 1000,
    spot: false,
    ...more,
  },
});
const node = (name: string, more: Partial<NodeFacts> = {}): NodeFacts => ({
  ...{ name: `ca3-${name}`, version: "v1.36.5+k3s1", role: name.startsWith("cp-") ? "control" : "worker" },
  ...{ ready: true, why: "", cordoned: false, cordonedFor: undefined, ...more },
});
const address = {
  id: "eip",
  tags: { [tag.node]: "cp-1" },
  address: "1.2.3.4",
  instanceId: "i-cp-1",
  associationId: "a",
};
const look = (nodes: SeenNode[], kube: NodeFacts[] | undefined) =>
  clusterHealth({
    cluster: "ca3",
    seen: { ...nothingSeen, nodes, addresses: [address] },
    nodes: kube,
    nowMs: 61_000,
  });

test("all is well", () => {
  const rows = look([machine("default-1"), machine("cp-1")], [node("cp-1"), node("default-1")]);
  expect(rows.map(({ name, kubernetes, fine, notes }) => ({ name, kubernetes, fine, notes }))).toEqual([
    { name: "cp-1", kubernetes: "ready", fine: true, notes: [] },
    { name: "default-1", kubernetes: "ready", fine: true, notes: [] },
  ]);
  expect(rows[0]).toMatchObject({ ageMs: 60_000, hourlyUsd: 0.0258, version: "v1.36.5+k3s1" });
});

test.each([
  ["a machine that has not joined", [machine("default-1")], [], "has not joined"],
  [
    "a machine that is stopped",
    [machine("default-1", { state: "stopped" })],
    [node("default-1", { ready: false, why: "no news" })],
    "the machine is stopped",
  ],
  [
    "a node that is not Ready",
    [machine("default-1")],
    [node("default-1", { ready: false, why: "disk pressure" })],
    "disk pressure",
  ],
  ["a node without a machine", [], [node("default-7")], "no machine of this name"],
  [
    "a node of an older release",
    [machine("default-1")],
    [node("cp-9"), node("default-1", { version: "v1.36.4+k3s1" })],
    "others run v1.36.5+k3s1",
  ],
  [
    "a node that was cut off in an upgrade",
    [machine("default-1")],
    [node("default-1", { cordoned: true, cordonedFor: "upgrade" })],
    "cordoned by ca3 upgrade",
  ],
  [
    "a node that a person has closed",
    [machine("default-1")],
    [node("default-1", { cordoned: true })],
    "cordoned",
  ],
  ["a control plane without its address", [machine("cp-2")], [node("cp-2")], "elastic address"],
] as const)("%s is said", (_what, machines, nodes, says) => {
  const rows = look([...machines], [...nodes]);
  const bad = rows.filter(({ fine }) => !fine);
  expect(bad.flatMap(({ notes }) => notes).join("; ")).toContain(says);
});

test("where the API cannot be asked nothing is called well", () =>
  expect(look([machine("cp-1")], undefined)).toMatchObject([
    { kubernetes: "unknown", fine: false, notes: [] },
  ]));

test("what a machine has left behind is found by the name of its node", () => {
  const seen = { ...nothingSeen, nodes: [machine("default-1")] };
  const disk = (name: string) => ({ kind: "disk", id: `vol-${name}`, tags: { [tag.node]: name } });
  expect(leftovers([disk("default-1"), disk("default-2")], seen)).toEqual([disk("default-2")]);
});
