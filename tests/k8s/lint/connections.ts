import type { KubeObject } from "../../../src/k8s/object.ts";

/** One end of a connection: a pod, or an address outside the cluster. */
export type End =
  | { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }
  | { readonly address: string };

type Selector = { readonly matchLabels?: Readonly<Record<string, string>> };
type Peer = {
  namespaceSelector?: Selector;
  podSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
};
type Rule = { from?: Peer[]; to?: Peer[]; ports: { port: number; endPort?: number }[] };
type Spec = { podSelector: Selector; policyTypes: string[]; ingress?: Rule[]; egress?: Rule[] };

/** Whether the policies let a connection through, by the rules of Kubernetes: both ends have to agree. */
export function connects(objects: readonly KubeObject[], from: End, to: End, port: number): boolean {
  return (
    passes(objects, from, "Egress", (rule) => rule.to ?? [], to, port) &&
    passes(objects, to, "Ingress", (rule) => rule.from ?? [], from, port)
  );
}

function passes(
  objects: readonly KubeObject[],
  end: End,
  direction: "Ingress" | "Egress",
  peersOf: (rule: Rule) => readonly Peer[],
  other: End,
  port: number,
): boolean {
  if ("address" in end) return true;
  const policies = objects.filter(
    ({ kind, metadata, ...rest }) =>
      kind === "NetworkPolicy" &&
      metadata.namespace === end.namespace &&
      selects((rest["spec"] as Spec).podSelector, end.labels) &&
      (rest["spec"] as Spec).policyTypes.includes(direction),
  );
  if (policies.length === 0) return true;
  return policies.some((policy) => {
    const spec = policy["spec"] as Spec;
    const rules = (direction === "Ingress" ? spec.ingress : spec.egress) ?? [];
    return rules.some(
      (rule) =>
        rule.ports.some((one) => one.port <= port && port <= (one.endPort ?? one.port)) &&
        peersOf(rule).some((peer) => matches(peer, other, end.namespace)),
    );
  });
}

function matches(peer: Peer, other: End, ownNamespace: string): boolean {
  if (peer.ipBlock) return "address" in other && inBlock(peer.ipBlock, other.address);
  if ("address" in other) return false;
  const inNamespace = peer.namespaceSelector
    ? selects(peer.namespaceSelector, { "kubernetes.io/metadata.name": other.namespace })
    : other.namespace === ownNamespace;
  return inNamespace && selects(peer.podSelector ?? {}, other.labels);
}

const selects = ({ matchLabels = {} }: Selector, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value);

const inBlock = ({ cidr, except = [] }: { cidr: string; except?: string[] }, address: string): boolean =>
  within(cidr, address) && !except.some((one) => within(one, address));

function within(cidr: string, address: string): boolean {
  const [base = "", bits = "32"] = cidr.split("/");
  const shift = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(base) / shift) === Math.floor(numberOf(address) / shift);
}

const numberOf = (address: string): number =>
  address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
