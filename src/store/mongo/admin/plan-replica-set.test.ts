import { expect, test } from "bun:test";
import { planReplicaSet, type SetConfig } from "./plan-replica-set.ts";

const config = (...hosts: string[]): SetConfig => ({
  ...{ _id: "rs0", version: 4 },
  members: hosts.map((host, at) => ({ _id: at + 1, host })),
});

test.each([
  [
    "a server that belongs to no set begins one",
    ["a:1", "b:1"],
    {},
    {
      do: "initiate",
      config: {
        _id: "rs0",
        members: [
          { _id: 0, host: "a:1" },
          { _id: 1, host: "b:1" },
        ],
      },
    },
  ],
  ["a set of one needs no more than to be there", ["a:1"], { setName: "other" }, undefined],
  [
    "a set that has its members stays as it is",
    ["a:1"],
    { setName: "rs0", config: config("a:1", "b:1") },
    undefined,
  ],
  [
    "members are added one at a time",
    ["a:1", "b:1", "c:1"],
    { setName: "rs0", config: config("a:1") },
    {
      do: "reconfigure",
      config: {
        ...{ _id: "rs0", version: 5 },
        members: [
          { _id: 1, host: "a:1" },
          { _id: 2, host: "b:1" },
        ],
      },
    },
  ],
] as const)("%s", (_title, hosts, seen, step) => {
  expect(planReplicaSet("rs0", hosts, seen)).toEqual(step as never);
});

test("adding goes on until all are there, and then ends", () => {
  const wanted = ["a:1", "b:1", "c:1"];
  let seen = config("a:1");
  for (let steps = 0; ; steps++) {
    const step = planReplicaSet("rs0", wanted, { setName: "rs0", config: seen });
    if (step?.do !== "reconfigure") {
      expect({ steps, hosts: seen.members.map(({ host }) => host) }).toEqual({ steps: 2, hosts: wanted });
      return;
    }
    seen = step.config;
  }
});
