import { expect, test } from "bun:test";
import type { KubeNode } from "../kube.ts";
import { nothingSeen, type SeenNode } from "../model.ts";
import { planLeave } from "./leave.ts";

const machine = (name: string): SeenNode => ({
  ...{ id: `i-${name}`, tags: {}, name, state: "running", type: "t3.small", imageId: "ami-1", zone: "a" },
  ...{ privateAddress: "10.0.0.1", publicAddress: undefined, groupIds: [], launchedMs: 0, spot: false },
});
const node = (name: string, ready = true): KubeNode => ({
  ...{ name: `ca3-${name}`, version: "v1.36.5+k3s1", role: name.startsWith("cp-") ? "control" : "worker" },
  ...{ ready, why: ready ? "" : "no news", cordoned: false, cordonedFor: undefined },
});

/** Who leaves, of these machines; `down` are not Ready. */
const leave = (names: readonly string[], there: readonly string[], down: readonly string[] = []) =>
  planLeave(
    names,
    "ca3",
    { ...nothingSeen, nodes: there.map(machine) },
    there.map((name) => node(name, !down.includes(name))),
  ).map(({ name }) => name);

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
    "cp-2 would have to go on alone, and is not Ready",
  ],
] as const)("not %s", (_what, names, there, down, says) =>
  expect(() => leave(names, there, down)).toThrow(says),
);
