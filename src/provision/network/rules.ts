import type { GroupName, Rule } from "../model.ts";

export type NetworkWant = {
  /** Blocks of addresses. */
  readonly admins: readonly string[];
  /** The Kubernetes API is open to the admins, and not only through SSH. */
  readonly openApi: boolean;
  /** Several control planes, which keep their state together. */
  readonly together: boolean;
};

/** Ports of K3s. Source: https://docs.k3s.io/installation/requirements#networking */
const port = { ssh: 22, api: 6443, kubelet: 10_250, vxlan: 8472, etcd: 2379, etcdPeer: 2380 } as const;

const tcp = (fromPort: number, from: Rule["from"], toPort = fromPort): Rule => ({
  ...{ protocol: "tcp", fromPort, toPort, from },
});
const udp = (fromPort: number, from: Rule["from"]): Rule => ({
  ...{ protocol: "udp", fromPort, toPort: fromPort, from },
});

/**
 * Who may reach what. Only the control planes can be reached from outside, and only by the admins; workers take SSH
 * from the control planes alone. The overlay network and etcd are never open to anybody else.
 */
export function rulesFor({ admins, openApi, together }: NetworkWant): Record<GroupName, Rule[]> {
  const control: Rule["from"] = { group: "control" };
  const worker: Rule["from"] = { group: "worker" };
  const outside = admins.map((cidr): Rule["from"] => ({ cidr }));
  const overlay = [control, worker].flatMap((from) => [tcp(port.kubelet, from), udp(port.vxlan, from)]);
  return {
    control: [
      ...outside.map((from) => tcp(port.ssh, from)),
      ...(openApi ? outside.map((from) => tcp(port.api, from)) : []),
      tcp(port.api, worker),
      ...(together ? [tcp(port.api, control), tcp(port.etcd, control, port.etcdPeer)] : []),
      ...overlay,
    ],
    worker: [tcp(port.ssh, control), ...overlay],
  };
}

/** One rule in words: `22/tcp from 203.0.113.7/32`. */
export function describeRule({ protocol, fromPort, toPort }: Omit<Rule, "from">, from: string): string {
  const ports =
    protocol === "all" ? "everything" : fromPort === toPort ? `${fromPort}` : `${fromPort}-${toPort}`;
  return `${protocol === "all" ? ports : `${ports}/${protocol}`} from ${from}`;
}
