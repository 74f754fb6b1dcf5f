import type { KubeObject } from "../../object.ts";
import { namespaceNamed, selector } from "../labels.ts";

export type Port = {
  readonly port: number;
  readonly endPort?: number;
  readonly protocol: "TCP" | "UDP";
};
export type Peer =
  | { readonly namespaceSelector: unknown; readonly podSelector?: unknown }
  | { readonly podSelector: unknown }
  | { readonly ipBlock: { readonly cidr: string; readonly except?: readonly string[] } };
export type Rule = { readonly peers: readonly Peer[]; readonly ports: readonly Port[] };

type Policy = {
  readonly name: string;
  readonly namespace: string;
  /** The workload it is about; all pods of the namespace when absent. */
  readonly of?: string;
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
};

/** Lets connections through. A direction without a rule is left as other policies have it. */
export const allow = ({ name, namespace, of, ingress, egress }: Policy): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace, labels: { "app.kubernetes.io/part-of": "ca3" } },
  spec: {
    podSelector: of === undefined ? {} : { matchLabels: selector(of) },
    policyTypes: [...(ingress ? ["Ingress"] : []), ...(egress ? ["Egress"] : [])],
    ...(ingress ? { ingress: ingress.map(({ peers, ports }) => ({ from: peers, ports })) } : {}),
    ...(egress ? { egress: egress.map(({ peers, ports }) => ({ to: peers, ports })) } : {}),
  },
});

/** Nothing in and nothing out, for every pod of a namespace. Both lists are said, so that they are ours: what somebody adds shows. */
export const denyAll = (namespace: string): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "deny-all", namespace, labels: { "app.kubernetes.io/part-of": "ca3" } },
  spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] },
});

/** Names are looked up by every pod. */
const allowNames = (namespace: string): KubeObject =>
  allow({
    ...{ name: "allow-dns", namespace },
    egress: [
      {
        peers: [
          {
            namespaceSelector: namespaceNamed("kube-system"),
            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
          },
        ],
        ports: [
          { port: 53, protocol: "UDP" },
          { port: 53, protocol: "TCP" },
        ],
      },
    ],
  });

/** What a namespace begins with: nothing goes in or out but questions for names. */
export const closed = (namespace: string): KubeObject[] => [denyAll(namespace), allowNames(namespace)];

export const everyPort: readonly Port[] = [{ port: 1, endPort: 65_535, protocol: "TCP" }];
export const tcp = (...numbers: readonly number[]): Port[] =>
  numbers.map((port) => ({ port, protocol: "TCP" }));

/** The pods of a workload, in a namespace or in the one of the policy. */
export const podsOf = (name: string, namespace?: string): Peer => ({
  ...(namespace === undefined ? {} : { namespaceSelector: namespaceNamed(namespace) }),
  podSelector: { matchLabels: selector(name) },
});

/** Every pod of a namespace. */
export const podsIn = (namespace: string): Peer => ({ namespaceSelector: namespaceNamed(namespace) });

/** Every pod, which a block of addresses may or may not mean, and every address but that of the clouds' credentials. */
export const anywhere: readonly Peer[] = [
  { namespaceSelector: {} },
  { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } },
];
