import type { KubeObject } from "../object.ts";
import { labels, selector } from "./labels.ts";

export type ServicePort = { readonly name: string; readonly port: number };
type Service = {
  readonly name: string;
  readonly namespace: string;
  /** The workload whose pods answer. */
  readonly of: string;
  readonly ports: readonly ServicePort[];
};

/** One address for all pods of a workload that are ready. */
export const service = ({ name, namespace, of, ports }: Service): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace, labels: labels(of) },
  spec: { selector: selector(of), ports: ports.map(portSpec) },
});

/** A name for each pod, ready or not: members of a cluster have to find each other before they are. */
export const peerService = ({ name, namespace, of, ports }: Service): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace, labels: labels(of) },
  spec: {
    clusterIP: "None",
    publishNotReadyAddresses: true,
    selector: selector(of),
    ports: ports.map(portSpec),
  },
});

/** Pods name the port, so that the number stands in one place. */
const portSpec = ({ name, port }: ServicePort) => ({ name, port, targetPort: name, protocol: "TCP" });
