import { quoted } from "../../support/shell-words.ts";
import { K3S } from "./binary.ts";
import { paths } from "./k3s-config.ts";
import { type Script, script, writeFile } from "./script.ts";

const START_MS = 5 * 60_000;

/** `k3s` on a control plane, `k3s-agent` on a worker. */
export const unitOf = (role: "server" | "agent") => (role === "server" ? "k3s" : "k3s-agent");

/** Source of the values: https://docs.k3s.io, and systemd.service(5) for what they mean. */
function unitFile(role: "server" | "agent"): string {
  return `[Unit]
Description=Lightweight Kubernetes (${role})
Documentation=https://k3s.io
Wants=network-online.target
After=network-online.target

[Service]
Type=${role === "server" ? "notify" : "exec"}
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=${K3S} ${role}
KillMode=process
Delegate=yes
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=5s

[Install]
WantedBy=multi-user.target
`;
}

export type InstallFiles = {
  readonly role: "server" | "agent";
  readonly config: string;
  /** Read only until it has joined. */
  readonly join: string;
  /** To join with; goes to a file that only root reads. */
  readonly token?: string;
  readonly others?: Readonly<Record<string, string>>;
};

/** Lays the files down, and starts or restarts only when one of them is another than before. */
export function installService({ role, config, join, token, others = {} }: InstallFiles): Script {
  const unit = unitOf(role);
  return script(`start ${unit}`, START_MS, [
    "changed=0",
    "install -d -m 700 /etc/rancher/k3s",
    `if [ ! -e ${stateOf[role]} ]; then`,
    ...(token === undefined ? [] : writeFile(paths.token, `${token}\n`)),
    ...writeFile(paths.join, join),
    "fi",
    ...Object.entries(others).flatMap(([path, content]) => writeFile(path, content)),
    ...writeFile(paths.config, config),
    ...writeFile(`/etc/systemd/system/${unit}.service`, unitFile(role), "644"),
    "systemctl daemon-reload",
    `systemctl enable -q ${unit}`,
    `if [ "$changed" = 1 ] || ! systemctl is-active -q ${unit}; then`,
    `  if ! systemctl restart ${unit}; then`,
    `    journalctl -u ${unit} -n 40 --no-pager >&2; exit 1`,
    "  fi",
    "fi",
    `echo "{\\"changed\\":$changed}"`,
  ]);
}

/** What K3s leaves as soon as it is part of a cluster: its datastore, or the certificate of its kubelet. */
const stateOf = {
  server: "/var/lib/rancher/k3s/server/db",
  agent: "/var/lib/rancher/k3s/agent/client-kubelet.crt",
} as const;

/** Whether K3s has been part of a cluster on this machine. */
export const hasJoined = (role: "server" | "agent"): Script =>
  script("look for K3s' state", 30_000, [
    `if [ -e ${stateOf[role]} ]; then echo '{"joined":true}'; else echo '{"joined":false}'; fi`,
  ]);

/** The token is used up: it is kept nowhere. K3s has its own credentials by now. */
export const forgetToken = (): Script =>
  script("forget the join token", 30_000, [
    `rm -f ${paths.join} ${paths.token}`,
    `echo '{"forgotten":true}'`,
  ]);

/** The cluster knows of the node no more; with it goes the password that keeps another machine from its name. */
export const forgetNode = (node: string): Script =>
  script(`forget ${node}`, 60_000, [
    `${K3S} kubectl delete node ${quoted(node)} --ignore-not-found >/dev/null`,
    `echo '{"forgotten":true}'`,
  ]);

/** A token that lets workers join, and nothing else, for a quarter of an hour; with the hash of the CA in it. */
export const mintToken = (): Script =>
  script("make a join token", 60_000, [
    `${K3S} token create --ttl 15m --description ca3 2>/dev/null | tail -n 1`,
  ]);

/** The token that control planes share; it never leaves the connection. */
export const serverToken = (): Script =>
  script("read the server token", 30_000, ["cat /var/lib/rancher/k3s/server/token"]);

export const readyz = (): Script =>
  script("ask whether the API is ready", 20_000, [
    `${K3S} kubectl get --raw /readyz >/dev/null && echo '{"ready":true}'`,
  ]);

export const listNodes = (): Script => script("list the nodes", 30_000, [`${K3S} kubectl get nodes -o json`]);

export const readKubeconfig = (): Script =>
  script("read the kubeconfig", 30_000, [`cat ${paths.kubeconfig}`]);
