import { describe, expect, test } from "bun:test";
import type { NodeFacts } from "../../k8s/nodes/node-facts.ts";
import { nothingSeen, type SeenNode } from "../model.ts";
import { tag } from "../tags.ts";
import { planLeave, unknownNames } from "./leave.ts";

const machine = (name: string, state: SeenNode["state"] = "running"): SeenNode => ({
  ...{ id: `i-${name}`, tags: {}, name, state, type: "t3.small", imageId: "ami-1", zone: "a" },
  ...{ privateAddress: "10.0.0.1", publicAddress: undefined, groupIds: [], launchedMs: 0, spot: false },
});
const node = (name: string, ready = true): NodeFacts => ({
  ...{ name: `ca3-${name}`, version: "v1.36.5+k3s1", role: name.startsWith("cp-") ? "control" : "worker" },
  ...{ ready, why: ready ? "" : "no news", cordoned: false, cordonedFor: undefined },
});

/** Who leaves, of these machines; `down` are not Ready. */
const leave = (names: readonly string[], there: readonly string[], down: readonly string[] = []) =>
  planLeave(names, {
    cluster: "ca3",
    seen: { ...nothingSeen, nodes: there.map((name) => machine(name)) },
    nodes: there.map((name) => node(name, !down.includes(name))),
  }).map(({ name }) => name);

const one = ["cp-1", "default-1", "default-2", "default-10"];
const three = ["cp-1", "cp-2", "cp-3", "default-1"];

test("workers leave by either of their names, each once, the highest number first", () =>
  expect(leave(["default-2", "ca3-default-10", "default-2"], one)).toEqual(["default-10", "default-2"]));

test("a name that is none is an error that lists those that are", () => {
  expect(() => leave(["default-3"], one)).toThrow("ca3 has no node default-3");
  expect(() => leave(["default-3"], one)).toThrow(
    expect.objectContaining({ hint: "its nodes are cp-1, default-1, default-10, default-2" }),
  );
});

test("of three control planes one may leave, when the others are well; a worker that is down is no reason", () => {
  expect(leave(["cp-2"], three, ["default-1"])).toEqual(["cp-2"]);
  expect(leave(["default-1", "cp-3"], three)).toEqual(["default-1", "cp-3"]);
  expect(leave(["cp-3"], three, ["cp-3"])).toEqual(["cp-3"]);
});

test.each([
  ["the only control plane", ["cp-1"], one, [], "the state of the cluster is on it"],
  ["one of two", ["cp-2"], ["cp-1", "cp-2"], [], "the state of the cluster is on it"],
  ["the first", ["cp-1"], three, [], "the way to all other machines"],
  ["two at a time", ["cp-2", "cp-3"], three, [], "only one control plane may leave at a time"],
  [
    "one while another is down",
    ["cp-3"],
    three,
    ["cp-2"],
    "cp-2 would have to carry on alone, and is not Ready",
  ],
] as const)("not %s", (_what, names, there, down, says) =>
  expect(() => leave(names, there, down)).toThrow(says),
);

describe("a run that was cut off,", () => {
  const cp3 = { ...nothingSeen, nodes: ["cp-1", "cp-2"].map((name) => machine(name)) };
  const nodes = ["cp-1", "cp-2", "default-1"].map((name) => node(name));
  const address = { id: "eip-3", tags: { [tag.node]: "cp-3" }, address: "203.0.113.9" };
  const nobody = { instanceId: undefined, associationId: undefined };

  test("goes on with a machine that is ending, and with the address of one that has ended", () => {
    const ending = { ...cp3, nodes: [...cp3.nodes, machine("cp-3", "shutting-down")] };
    expect(planLeave(["cp-3"], { cluster: "ca3", seen: ending, nodes })).toMatchObject([
      { name: "cp-3", machine: { state: "shutting-down" }, node: undefined },
    ]);
    const left = { ...cp3, addresses: [{ ...address, ...nobody }] };
    expect(planLeave(["cp-3"], { cluster: "ca3", seen: left, nodes })).toEqual([
      { name: "cp-3", machine: undefined, node: undefined },
    ]);
  });

  test("has nothing to do for a node that has left, and knows a name that never was one", () => {
    const around = { cluster: "ca3", seen: cp3, nodes, ended: ["cp-3"] };
    expect(unknownNames(["ca3-cp-3", "cp-2"], around)).toEqual(["ca3-cp-3"]);
    expect(planLeave(["ca3-cp-3"], around)).toEqual([]);
    expect(() => planLeave(["cp-3", "cp-4"], around)).toThrow("ca3 has no node cp-4");
  });
});

test("a machine that was lost leaves its node, which may go; a control plane only where two others are well", () => {
  const lost = (name: string, there: readonly string[], down: readonly string[] = []) =>
    planLeave([name], {
      cluster: "ca3",
      seen: { ...nothingSeen, nodes: there.filter((one) => one !== name).map((one) => machine(one)) },
      nodes: there.map((one) => node(one, one !== name && !down.includes(one))),
    });
  expect(lost("default-2", one)).toMatchObject([
    { name: "default-2", machine: undefined, node: { ready: false } },
  ]);
  expect(lost("cp-3", three)).toMatchObject([{ name: "cp-3", machine: undefined }]);
  expect(() => lost("cp-3", three, ["cp-2"])).toThrow(
    "ca3-cp-2 would have to carry on alone, and is not Ready",
  );
});
