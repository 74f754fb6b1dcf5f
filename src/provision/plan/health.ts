import type { NodeFacts } from "../../k8s/nodes/node-facts.ts";
import type { TaggedThing } from "../cloud.ts";
import type { Seen, SeenNode } from "../model.ts";
import { hostName, isControl, tag } from "../tags.ts";
import { addressOf, liveNodes } from "./nodes.ts";
import { ADDRESS_USD_PER_HOUR, hourlyUsd } from "./prices.ts";

/** A node from both sides: the machine that AWS runs, and what Kubernetes says of it. */
export type NodeHealth = {
  readonly name: string;
  readonly role: "control" | "worker";
  /** As EC2 has it; `none` when only Kubernetes knows the node. */
  readonly machine: string;
  readonly id: string;
  readonly type: string;
  /** `unknown` where the API could not be asked. */
  readonly kubernetes: "ready" | "not ready" | "not joined" | "unknown";
  readonly version: string;
  readonly ageMs: number | undefined;
  /** Of the machine and its address, by the list; 0 where no price is known. */
  readonly hourlyUsd: number;
  /** What is not as it should be, and what is to be known. */
  readonly notes: readonly string[];
  readonly fine: boolean;
};

export type HealthInputs = {
  readonly cluster: string;
  readonly seen: Seen;
  /** Nothing when the API could not be asked. */
  readonly nodes: readonly NodeFacts[] | undefined;
  readonly nowMs: number;
};

/** Every machine and every node, those that belong together in one row; control planes first. Pure. */
export function clusterHealth({ cluster, seen, nodes, nowMs }: HealthInputs): NodeHealth[] {
  const newest = newestOf(nodes ?? []);
  const machines = liveNodes(seen);
  const rows = machines.map((machine) => {
    const node = nodes?.find(({ name }) => name === hostName(cluster, machine.name));
    return machineRow(machine, node, { seen, nodes, newest, nowMs });
  });
  const strays = (nodes ?? []).filter(
    ({ name }) => !machines.some((machine) => hostName(cluster, machine.name) === name),
  );
  return [...rows, ...strays.map((node) => strayRow(cluster, node))].toSorted(
    (a, b) =>
      Number(a.role === "worker") - Number(b.role === "worker") ||
      a.name.localeCompare(b.name, "en", { numeric: true }),
  );
}

type Around = Pick<HealthInputs, "seen" | "nodes" | "nowMs"> & { readonly newest: string | undefined };

function machineRow(machine: SeenNode, node: NodeFacts | undefined, around: Around): NodeHealth {
  const { seen, nodes, newest, nowMs } = around;
  const address = addressOf(seen, machine.name);
  const trouble = [
    ...(machine.state === "running" ? [] : [`the machine is ${machine.state}`]),
    ...(nodes !== undefined && node === undefined ? ["has not joined: ca3 provision"] : []),
    ...(node !== undefined && !node.ready ? [node.why] : []),
    ...(node?.ready && newest !== undefined && node.version !== newest
      ? [`others run ${newest}: ca3 upgrade`]
      : []),
    ...(node?.cordoned ? [cordonedText(node)] : []),
    ...(isControl(machine) && address?.instanceId !== machine.id
      ? ["its elastic address is not with it: ca3 provision"]
      : []),
  ];
  return {
    ...{
      name: machine.name || machine.id,
      role: isControl(machine) ? "control" : "worker",
      machine: machine.state,
    },
    ...{ id: machine.id, type: machine.type, ageMs: nowMs - machine.launchedMs },
    kubernetes:
      nodes === undefined
        ? "unknown"
        : node === undefined
          ? "not joined"
          : node.ready
            ? "ready"
            : "not ready",
    version: node?.version ?? "",
    hourlyUsd: (hourlyUsd[machine.type] ?? 0) + ADDRESS_USD_PER_HOUR,
    notes: [
      ...trouble,
      ...(machine.spot ? ["spot"] : []),
      ...(machine.type in hourlyUsd ? [] : [`no price known of ${machine.type}`]),
    ],
    fine: trouble.length === 0 && nodes !== undefined,
  };
}

function strayRow(cluster: string, node: NodeFacts): NodeHealth {
  const ours = node.name.startsWith(hostName(cluster, ""));
  const short = ours ? node.name.slice(cluster.length + 1) : node.name;
  const next = ours ? `ca3 leave ${short}` : `ca3 kubectl -- delete node ${node.name}`;
  return {
    ...{ name: short, role: node.role, machine: "none", id: "", type: "", version: node.version },
    ...{ kubernetes: node.ready ? "ready" : "not ready", ageMs: undefined, hourlyUsd: 0, fine: false },
    notes: [`no machine of this name is on AWS: ${next}`],
  };
}

const cordonedText = ({ cordonedFor }: NodeFacts): string =>
  cordonedFor === undefined ? "cordoned" : `cordoned by ca3 ${cordonedFor}, which has not finished`;

function newestOf(nodes: readonly NodeFacts[]): string | undefined {
  const control = nodes.filter(({ role }) => role === "control").map(({ version }) => version);
  return control.toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }))[0];
}

/** Disks and interfaces that bear the name of a node that is no more. */
export const leftovers = (things: readonly TaggedThing[], seen: Seen): TaggedThing[] => {
  const names = new Set(seen.nodes.map(({ name }) => name));
  return things.filter(
    ({ kind, tags }) => kind !== "machine" && tag.node in tags && !names.has(tags[tag.node]!),
  );
};
