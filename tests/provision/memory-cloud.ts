import { thingsOf } from "../../src/provision/aws/leftovers.ts";
import type { Cloud } from "../../src/provision/cloud.ts";
import {
  nothingSeen,
  type Rule,
  type Seen,
  type SeenNode,
  type SeenRule,
} from "../../src/provision/model.ts";
import type { Facts } from "../../src/provision/want.ts";
import { Ca3Error } from "../../src/support/errors.ts";

export const types = ["t3.small", "t3.medium", "m7i.large"];
/** What it would have answered. */
export const facts: Facts = {
  zones: [{ name: "us-east-1a", id: "use1-az1", types: new Set([...types, "c7i-flex.large"]) }],
  machineTypes: [...types, "c7i-flex.large"].map((name) => ({
    ...{ name, vcpus: 2, memoryMib: 4096 },
    archs: ["amd64"],
  })),
  ...{ imageId: "ami-1", publicKey: "ssh-ed25519 AAAA", myAddress: undefined, currentZone: "us-east-1a" },
};

/** A cloud in memory that does what it is told at once, for laws that must hold from any state. It asks and tells nothing else. */
export class MemoryCloud {
  seen: Seen = nothingSeen;
  calls = 0;
  #count = 0;
  readonly #ended: SeenNode[] = [];

  /** Another one that is as this one is now. */
  copy(): MemoryCloud {
    const other = new MemoryCloud();
    other.seen = this.seen;
    other.#count = this.#count;
    return other;
  }

  #id(kind: string): string {
    return `${kind}-${String(++this.#count).padStart(6, "0")}`;
  }
  #add<K extends keyof Seen>(kind: K, one: Seen[K][number]): Seen[K][number] {
    this.calls += 1;
    this.seen = { ...this.seen, [kind]: [...this.seen[kind], one] };
    return one;
  }
  #change<K extends keyof Seen>(kind: K, id: string, change: Partial<Seen[K][number]>): void {
    this.calls += 1;
    const list = this.seen[kind].map((one) => (one.id === id ? { ...one, ...change } : one));
    this.seen = { ...this.seen, [kind]: list };
  }
  remove(id: string): void {
    this.calls += 1;
    const rest = Object.entries(this.seen).map(([kind, list]) => [
      kind,
      (list as readonly { id: string }[]).filter((one) => one.id !== id),
    ]);
    this.seen = Object.fromEntries(rest);
  }

  readonly cloud = {
    region: "us-east-1",
    observe: async () => this.seen,
    createVpc: async (cidr, tags) => this.#add("vpcs", { id: this.#id("vpc"), tags, cidr }),
    createSubnet: async (vpcId, cidr, zone, tags) =>
      this.#add("subnets", { id: this.#id("subnet"), tags, cidr, zone, vpcId }),
    givePublicAddresses: async () => {},
    createGateway: async (tags) => this.#add("gateways", { id: this.#id("igw"), tags, vpcId: undefined }),
    attachGateway: async (id, vpcId) => this.#change("gateways", id, { vpcId }),
    createRoutes: async (vpcId, _token, tags) =>
      this.#add("routes", { id: this.#id("rtb"), tags, vpcId, subnetIds: [], gatewayId: undefined }),
    setDefaultRoute: async (id, gatewayId) => this.#change("routes", id, { gatewayId }),
    associateRoutes: async (id, subnetId) => this.#change("routes", id, { subnetIds: [subnetId] }),
    createGroup: async (vpcId, name, _description, tags) => {
      // what AWS does, and the lock rests on
      if (this.seen.groups.some((one) => one.vpcId === vpcId && one.name === name))
        throw new Ca3Error("CA3_CLOUD_REFUSED", "duplicate", { cause: duplicate() });
      return this.#add("groups", { id: this.#id("sg"), tags, vpcId, name, rules: [] });
    },
    addRules: async (id, rules, groupIds) => {
      const group = this.seen.groups.find((one) => one.id === id)!;
      const more = rules.map((rule) => seenRule(rule, groupIds));
      if (more.length > 0) this.#change("groups", id, { rules: [...group.rules, ...more] });
    },
    removeRules: async (id, rules) => {
      const group = this.seen.groups.find((one) => one.id === id)!;
      const gone = new Set(rules.map((rule) => JSON.stringify(rule)));
      const left = group.rules.filter((rule) => !gone.has(JSON.stringify(rule)));
      if (gone.size > 0) this.#change("groups", id, { rules: left });
    },
    importKey: async (name, _publicKey, tags) =>
      this.#add("keys", { id: this.#id("key"), tags, name, fingerprint: "" }),
    allocateAddress: async (tags) => {
      const none = { instanceId: undefined, associationId: undefined };
      return this.#add("addresses", { id: this.#id("eip"), tags, address: "203.0.113.9", ...none });
    },
    associateAddress: async (id, instanceId) =>
      this.#change("addresses", id, { instanceId, associationId: "any" }),
    startNode: async ({ node, tags, groupId }) =>
      this.#add("nodes", {
        ...{ id: this.#id("i"), tags, name: node.name, state: "running", type: node.type },
        ...{
          imageId: node.imageId,
          zone: "us-east-1a",
          privateAddress: "10.0.1.9",
          publicAddress: undefined,
        },
        ...{ groupIds: [groupId], launchedMs: 0, spot: node.spot },
      }),
    tagged: async () => thingsOf(this.seen),
    ended: async () => this.#ended,
    terminateNodes: async (ids) => {
      this.#ended.push(...this.seen.nodes.filter(({ id }) => ids.includes(id)));
      for (const id of ids) this.remove(id);
    },
    setTags: async (ids, tags) => this.#tag(ids, (before) => ({ ...before, ...tags })),
    removeTags: async (ids, names) =>
      this.#tag(ids, (before) =>
        Object.fromEntries(Object.entries(before).filter(([name]) => !names.includes(name))),
      ),
    deleteGroup: async (id) => this.remove(id),
    deleteVpc: async (id) => this.remove(id),
    releaseAddress: async (id) => this.remove(id),
  } satisfies Partial<Cloud> as unknown as Cloud;

  #tag(
    ids: readonly string[],
    change: (tags: Readonly<Record<string, string>>) => Record<string, string>,
  ): void {
    this.calls += 1;
    const next = Object.entries(this.seen).map(([kind, list]) => [
      kind,
      (list as Seen["vpcs"]).map((one) => (ids.includes(one.id) ? { ...one, tags: change(one.tags) } : one)),
    ]);
    this.seen = Object.fromEntries(next);
  }
}

const duplicate = () => Object.assign(new Error("duplicate"), { Code: "InvalidGroup.Duplicate" });

const seenRule = (rule: Rule, groupIds: Readonly<Record<string, string>>): SeenRule => ({
  ...rule,
  from: "group" in rule.from ? { groupId: groupIds[rule.from.group]! } : rule.from,
});
