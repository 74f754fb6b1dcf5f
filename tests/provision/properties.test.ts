import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Seen, Want } from "../../src/provision/model.ts";
import { groupOf } from "../../src/provision/plan/groups.ts";
import { planCluster } from "../../src/provision/plan/plan.ts";
import { provisionCluster } from "../../src/provision/run/provision.ts";
import { Site } from "../../src/provision/run/site.ts";
import { Steps } from "../../src/provision/run/steps.ts";
import { newKeyPair } from "../../src/provision/ssh/keys.ts";
import { mustSucceed } from "../../src/provision/ssh/remote-failure.ts";
import { specHash, tag } from "../../src/provision/tags.ts";
import { wantedCluster } from "../../src/provision/want.ts";
import { facts, MemoryCloud, types } from "./memory-cloud.ts";
import { settingsOf } from "./rig.ts";

/** A cluster as somebody may describe it. The control planes stay as they are: nobody can change those. */
const wants = fc
  .record({
    admins: fc.uniqueArray(
      fc.integer({ min: 0, max: 255 }).map((at) => `203.0.${at}.0/24`),
      { minLength: 1, maxLength: 3 },
    ),
    api: fc.constantFrom("admins", "tunnel"),
    protect: fc.boolean(),
    pools: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom("default", "gpu", "spare"),
        count: fc.integer({ min: 0, max: 3 }),
        type: fc.constantFrom(...types),
        diskGb: fc.constantFrom(20, 40),
        spot: fc.boolean(),
      }),
      { selector: ({ name }) => name, maxLength: 3 },
    ),
  })
  .map(
    ({ admins, api, protect, pools }): Want =>
      wantedCluster(settingsOf({ network: { admins, api }, protect, workers: pools }), facts),
  );

/** What hands and accidents do to a cluster that exists. */
const accidents = fc.array(
  fc.constantFrom(
    "lose a node",
    "lose a group",
    "lose the key",
    "detach",
    "unroute",
    "open",
    "lose an address",
  ),
  { maxLength: 4 },
);

function strike(memory: MemoryCloud, accident: string, pick: number): void {
  const { seen } = memory;
  const any = <T>(list: readonly T[]): T | undefined => list[pick % Math.max(1, list.length)];
  const change = (kind: keyof Seen, fields: object) => {
    memory.seen = { ...seen, [kind]: seen[kind].map((one) => ({ ...one, ...fields })) };
  };
  const lost = {
    "lose a node": seen.nodes,
    "lose a group": seen.groups,
    "lose the key": seen.keys,
    "lose an address": seen.addresses,
  }[accident];
  const opened = { protocol: "tcp", fromPort: 80, toPort: 80, from: { cidr: "0.0.0.0/0" } } as const;
  if (lost) memory.remove(any<{ id: string }>(lost)?.id ?? "");
  else if (accident === "detach") change("gateways", { vpcId: undefined });
  else if (accident === "unroute") change("routes", { gatewayId: "igw-of-somebody", subnetIds: [] });
  else
    memory.seen = { ...seen, groups: seen.groups.map((one) => ({ ...one, rules: [...one.rules, opened] })) };
}

async function provision(memory: MemoryCloud, want: Want): Promise<void> {
  const clock = {
    now: () => 0,
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) =>
        signal ? signal.addEventListener("abort", () => resolve()) : resolve(),
      ),
  };
  const parts = {
    cloud: memory.cloud,
    cluster: want.cluster,
    clock,
    report: () => {},
    signal: new AbortController().signal,
  };
  const site = new Site(parts);
  await provisionCluster(site, want, new Steps(clock, () => {}), {
    lock: { by: "suite", command: "test", waitMs: 0 },
  });
}

test("whatever there was and whatever happened to it, a run makes it what is wanted, and the next plan is empty", async () => {
  await fc.assert(
    fc.asyncProperty(wants, wants, accidents, fc.nat(), async (before, want, happened, pick) => {
      const memory = new MemoryCloud();
      await provision(memory, before);
      for (const [at, accident] of happened.entries()) strike(memory, accident, pick + at);
      await provision(memory, want);
      expect(planCluster(want, memory.seen)).toEqual([]);
      const { seen } = memory;
      expect(seen.nodes.map(({ name, tags }) => [name, tags[tag.spec]]).sort()).toEqual(
        want.nodes.map((node) => [node.name, specHash(node)]).sort(),
      );
      for (const name of ["control", "worker"] as const)
        expect(groupOf(seen, name)!.rules).toHaveLength(want.rules[name].length);
      expect(seen.vpcs[0]!.tags[tag.protect] === "true").toBe(want.protect);
      expect(seen.groups).toHaveLength(2);
      // a run that has nothing to do does nothing but hold its lock
      const { calls } = memory;
      await provision(memory, want);
      expect(memory.calls - calls).toBe(2);
    }),
    { numRuns: 150 },
  );
});

test("a plan tells of every part that a run then makes, changes or deletes, and of no other", async () => {
  await fc.assert(
    fc.asyncProperty(wants, wants, async (before, want) => {
      const memory = new MemoryCloud();
      await provision(memory, before);
      const plan = planCluster(want, memory.seen);
      const ids = new Set(Object.values(memory.seen).flatMap((list) => list.map(({ id }) => id)));
      await provision(memory, want);
      const now = Object.values(memory.seen).flatMap((list) => list.map(({ id }) => id));
      const count = (...actions: string[]) => plan.filter(({ action }) => actions.includes(action)).length;
      expect(now.filter((id) => !ids.has(id))).toHaveLength(count("create", "replace"));
      expect([...ids].filter((id) => !now.includes(id))).toHaveLength(count("delete", "replace"));
    }),
    { numRuns: 100 },
  );
});

test("no secret that a machine may say gets into an error", () => {
  const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
  const word = (length: number) => fc.stringMatching(new RegExp(`^[a-z0-9]{${length}}$`));
  const secrets = fc.oneof(
    fc.tuple(hex(64), hex(32)).map(([ca, key]) => `K10${ca}::server:${key}`),
    fc.tuple(hex(64), word(6), word(16)).map(([ca, id, key]) => `K10${ca}::${id}.${key}`),
    fc.tuple(word(6), word(16)).map(([id, key]) => `${id}.${key}`),
    fc.constant(0).map(() => newKeyPair("any").privateKey),
  );
  const around = fc.stringMatching(/^[a-zA-Z :]{0,20}$/);
  fc.assert(
    fc.property(around, secrets, around, (before, secret, after) => {
      const stderr = `it failed\n${before} ${secret} ${after}`;
      let message = "";
      try {
        mustSucceed("cp-1", "start k3s", { code: 1, stderr, stdout: "" });
      } catch (error) {
        message = `${(error as Error).message}${(error as Error).stack}`;
      }
      expect(message).toContain("it failed");
      for (const line of secret.split("\n").filter((one) => one.length > 12 && !one.startsWith("-----")))
        expect(message).not.toContain(line);
    }),
    { numRuns: 300 },
  );
});
