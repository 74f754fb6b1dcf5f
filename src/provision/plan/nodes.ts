import { compareReleases, minorOf, minorsBetween } from "../k3s/versions.ts";
import type { NodeWant, Seen, SeenAddress, SeenNode, Want } from "../model.ts";
import { isControl, specHash, tag } from "../tags.ts";
import type { Change, FieldChange } from "./change.ts";

/** Machines that are not on their way out. */
export const liveNodes = (seen: Seen): SeenNode[] =>
  seen.nodes.filter(({ state }) => state !== "shutting-down");

export const nodesNamed = (seen: Seen, name: string): SeenNode[] =>
  liveNodes(seen).filter((node) => node.name === name);

export const addressOf = (seen: Seen, node: string): SeenAddress | undefined =>
  seen.addresses.find(({ tags }) => tags[tag.node] === node);

/** What differs in machines and the addresses of the control planes. */
export function diffNodes(want: Want, seen: Seen): Change[] {
  const wanted = new Set(want.nodes.map(({ name }) => name));
  const surplus = liveNodes(seen).filter(({ name }) => !wanted.has(name));
  return [
    ...want.nodes.flatMap((node) => [...diffAddress(node, seen), ...diffNode(node, want.k3sVersion, seen)]),
    ...surplus.toSorted(highestFirst).map(surplusNode),
    ...seen.addresses
      .filter(({ tags }) => !wanted.has(tags[tag.node] ?? ""))
      .map(
        ({ id, tags }): Change => ({
          action: "delete",
          component: "address",
          name: `address of ${tags[tag.node]}`,
          id,
        }),
      ),
  ];
}

function diffAddress(node: NodeWant, seen: Seen): Change[] {
  if (node.role !== "control") return [];
  const part = { component: "address", name: `address of ${node.name}` } as const;
  const address = addressOf(seen, node.name);
  if (address === undefined) return [{ ...part, action: "create" }];
  const [machine] = nodesNamed(seen, node.name);
  if (machine === undefined || address.instanceId === machine.id) return [];
  return [{ ...part, action: "change", id: address.id, fields: [{ field: "given to", to: machine.id }] }];
}

function diffNode(node: NodeWant, release: string, seen: Seen): Change[] {
  const part = { component: "node", name: node.name } as const;
  const [machine, ...others] = nodesNamed(seen, node.name);
  if (machine === undefined)
    return [{ ...part, action: "create", fields: fieldsOf(node).map(([field, to]) => ({ field, to })) }];
  if (others.length > 0) {
    const ids = [machine, ...others].map(({ id }) => id).join(", ");
    return [{ ...part, action: "blocked", why: `there are several machines of this name: ${ids}` }];
  }
  if (machine.tags[tag.spec] === specHash(node))
    return [...driftOf(machine), ...releaseChange(machine, release)];
  const fields = changedFields(node, machine);
  const { id } = machine;
  return node.role === "control"
    ? [
        {
          ...part,
          action: "blocked",
          id,
          fields,
          why: "a control plane keeps the state of the cluster; destroy the cluster and provision it again",
        },
      ]
    : [{ ...part, action: "replace", id, fields, why: "drained first, then a new machine takes its place" }];
}

/** Tags say what runs; a run that upgraded a node says so there. */
function releaseChange({ id, name, tags }: SeenNode, to: string): Change[] {
  const from = tags[tag.version];
  if (from === undefined || from === to) return [];
  const part = { component: "node", name, id, fields: [{ field: "K3s", from, to }] } as const;
  if (compareReleases(from, to) > 0)
    return [{ ...part, action: "blocked", why: "K3s cannot go back; correct cluster.k3s.version" }];
  if (minorsBetween(from, to) > 1)
    return [
      { ...part, action: "blocked", why: `no minor release may be skipped; go through ${minorOf(from, 1)}` },
    ];
  return [{ ...part, action: "change", why: "one node at a time: emptied, upgraded, Ready again" }];
}

const driftOf = ({ id, name, state }: SeenNode): Change[] =>
  state === "stopped" || state === "stopping"
    ? [
        {
          action: "drift",
          component: "node",
          name,
          id,
          why: `is ${state}; start it in EC2, or ca3 leave ${name}`,
        },
      ]
    : [];

function surplusNode({ id, name }: SeenNode): Change {
  const part = { component: "node", name: name || id, id } as const;
  if (name === "")
    return {
      ...part,
      action: "blocked",
      why: `carries the tags of this cluster but no ${tag.node}; if that was edited, restore it, else remove ${tag.cluster} from it`,
    };
  return isControl({ name })
    ? { ...part, action: "blocked", why: "a control plane cannot be taken away from a running cluster" }
    : { ...part, action: "delete", why: "drained first" };
}

const fieldsOf = (node: NodeWant): (readonly [string, string])[] => [
  ["type", node.type],
  ["image", node.imageId],
  ["disk", `${node.diskGb} GiB`],
  ...(node.spot ? ([["spot", "yes"]] as const) : []),
];

function changedFields(node: NodeWant, machine: SeenNode): FieldChange[] {
  const fields = [
    { field: "type", from: machine.type, to: node.type },
    ...(node.imagePinned ? [{ field: "image", from: machine.imageId, to: node.imageId }] : []),
    { field: "spot", from: yesNo(machine.spot), to: yesNo(node.spot) },
  ].filter(({ from, to }) => from !== to);
  return fields.length > 0 ? fields : [{ field: "disk", to: `${node.diskGb} GiB` }];
}

const yesNo = (yes: boolean) => (yes ? "yes" : "no");

/** `default-10` before `default-9`. */
function highestFirst(a: SeenNode, b: SeenNode): number {
  return b.name.localeCompare(a.name, "en", { numeric: true });
}
