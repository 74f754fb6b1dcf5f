import { expect, test } from "bun:test";
import type { NodeFacts } from "../../k8s/nodes/node-facts.ts";
import type { SeenNode } from "../model.ts";
import { planUpgrade, staleReleases } from "./upgrade.ts";

const machine = (name: string): SeenNode => ({
  ...{ id: `i-${name}`, tags: {}, name, state: "running", type: "t3.small", imageId: "ami-1", zone: "a" },
  ...{ privateAddress: "10.0.0.1", publicAddress: undefined, groupIds: [], launchedMs: 0, spot: false },
});
const node = (name: string, version: string, more: Partial<NodeFacts> = {}): NodeFacts => ({
  ...{
    name: `ca3-${name}`,
    version,
    role: name.startsWith("cp-") ? "control" : "worker",
    ready: true,
    why: "",
  },
  ...{ cordoned: false, cordonedFor: undefined, ...more },
});
const plan = (versions: Record<string, string>, to: string, more: Record<string, Partial<NodeFacts>> = {}) =>
  planUpgrade(
    "ca3",
    [...Object.keys(versions), "default-99"].map(machine),
    Object.entries(versions).map(([name, version]) => node(name, version, more[name])),
    to,
  ).map(({ machine: { name } }) => name);

const OLD = "v1.36.4+k3s1";
const NEW = "v1.36.5+k3s1";

test("control planes first, then workers by number; what runs it already is left out, and what has not joined", () =>
  expect(plan({ "default-10": OLD, "default-2": OLD, "cp-2": OLD, "cp-1": NEW, "cp-3": OLD }, NEW)).toEqual([
    ...["cp-2", "cp-3", "default-2", "default-10"],
  ]));

test("a node that a run had in its hands is gone on with, although it runs the new release and is not Ready", () =>
  expect(
    plan({ "cp-1": NEW, "default-1": NEW }, NEW, {
      "default-1": { cordoned: true, cordonedFor: "upgrade", ready: false },
    }),
  ).toEqual(["default-1"]));

test("nothing to do is no reason to look for problems", () =>
  expect(plan({ "cp-1": NEW, "default-1": NEW }, NEW, { "default-1": { ready: false } })).toEqual([]));

test.each([
  ["back", { "cp-1": NEW }, OLD, {}, "cannot go back"],
  ["over a minor", { "cp-1": "v1.34.1+k3s1" }, NEW, {}, "no minor release may be skipped"],
  [
    "with kubelets of long ago",
    { "cp-1": "v1.35.1+k3s1", "default-1": "v1.32.0+k3s1" },
    NEW,
    {},
    "ca3-default-1 runs",
  ],
  [
    "with a node that is down",
    { "cp-1": OLD, "default-1": OLD },
    NEW,
    { "default-1": { ready: false, why: "no news" } },
    "no news",
  ],
] as const)("not %s", (_what, versions, to, more, says) => {
  expect(() => plan(versions, to, more)).toThrow(says.replace("ca3-", ""));
});

test("tags that a run had no time to write are found; the VPC's, when every node runs the release", () => {
  const vpc = { id: "vpc-1", tags: {}, cidr: "10.0.0.0/16" };
  const seen = { nodes: [machine("cp-1"), machine("default-1")], vpcs: [vpc] };
  const stale = (...versions: string[]) =>
    staleReleases("ca3", seen, [node("cp-1", versions[0]!), node("default-1", versions[1]!)], NEW);
  expect(stale(OLD, OLD)).toEqual([]);
  expect(stale(NEW, OLD)).toEqual(["i-cp-1"]);
  expect(stale(NEW, NEW)).toEqual(["i-cp-1", "i-default-1", "vpc-1"]);
});
