import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyPair } from "../../src/provision/ssh/keys.ts";
import { command } from "../services/cache.ts";
import { accepts, freePort, type Service, startService } from "../services/process.ts";

/**
 * A machine as AWS would start it: a real OpenSSH server on a root filesystem of its own, which is this machine's with a
 * layer over it that takes all writes. Its `systemctl` starts what stands for K3s.
 */
export type Host = Service & { readonly port: number };

export type HostOptions = {
  readonly hostKey: KeyPair;
  readonly userKey: string;
  /** Shared by all hosts of a cluster: which nodes have joined. */
  readonly cluster: string;
};

export async function startHost({ hostKey, userKey, cluster }: HostOptions): Promise<Host> {
  const port = await freePort();
  const layers = mkdtempSync(join(tmpdir(), "ca3-host-"));
  const root = join(layers, "root");
  for (const folder of ["layers", "root"]) mkdirSync(join(layers, folder), { recursive: true });
  const put = (path: string, text: string, mode = 0o600) => {
    const file = join(layers, "first", path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text, { mode });
  };
  put("/etc/ssh/ssh_host_ed25519_key", hostKey.privateKey);
  put("/etc/ssh/suite_config", sshdConfig(port));
  put("/etc/ssh/suite_authorized", `${userKey}\n`);
  put("/usr/bin/systemctl", SYSTEMCTL, 0o755);
  put("/usr/bin/cloud-init", "#!/bin/sh\nexit 0\n", 0o755);
  put("/usr/sbin/sysctl", "#!/bin/sh\nexit 0\n", 0o755);
  const script = [
    "set -e",
    `mount -t tmpfs none ${layers}/layers`,
    `mkdir ${layers}/layers/up ${layers}/layers/work`,
    `mount -t overlay overlay -o lowerdir=/,upperdir=${layers}/layers/up,workdir=${layers}/layers/work ${root}`,
    `cp -a ${layers}/first/. ${root}/`,
    `mkdir -p ${root}/run/sshd ${root}/cluster && mount --bind ${cluster} ${root}/cluster`,
    `mount --rbind /dev ${root}/dev && mount -t proc proc ${root}/proc`,
    `exec chroot ${root} /usr/sbin/sshd -D -e -f /etc/ssh/suite_config`,
  ].join("\n");
  const service = await startService({
    name: "host",
    command: () => ["unshare", "--mount", "--fork", "--kill-child", "sh", "-c", script],
    ready: () => accepts(port),
  });
  return {
    ...service,
    port,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await command(["rm", "-rf", layers]);
    },
  };
}

const sshdConfig = (port: number) =>
  [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    "HostKey /etc/ssh/ssh_host_ed25519_key",
    "AuthorizedKeysFile /etc/ssh/suite_authorized",
    "PidFile /run/sshd.pid",
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "PermitRootLogin prohibit-password",
    "",
  ].join("\n");

/** Reloads sshd; a started K3s is on record in the cluster's folder, where the one that stands for it looks. */
const SYSTEMCTL = `#!/bin/bash
case "$1 $2" in
"reload ssh") kill -HUP "$(cat /run/sshd.pid)";;
"restart k3s"|"restart k3s-agent")
  echo "$2" >> /run/restarts
  touch "/run/active-$2"
  role=server; [ "$2" = k3s-agent ] && role=agent
  /usr/local/bin/k3s "$role";;
"is-active -q") [ -e "/run/active-$3" ];;
esac
`;

/** What stands for K3s: nodes are files, and a worker joins only with the token that was made last. */
export const K3S = `#!/bin/bash
set -e
config=/etc/rancher/k3s/config.yaml
name=$(sed -n 's/^ *"node-name": "\\(.*\\)",*$/\\1/p' $config 2>/dev/null || true)
case "$*" in
server) [ -e /cluster/down ] && exit 1; cp $config "/cluster/$name.config"; touch "/cluster/$name.node";;
agent)
  cmp -s /etc/rancher/k3s/token /cluster/token || { echo "the token is wrong" >&2; exit 1; }
  [ "$(stat -c %a /etc/rancher/k3s/token)" = 600 ]
  cp $config "/cluster/$name.config"; touch "/cluster/$name.node";;
"token create"*) echo "K10suite::$RANDOM$RANDOM" | tee /cluster/token;;
"kubectl get --raw /readyz") [ -n "$(ls /cluster/*.node 2>/dev/null)" ];;
"kubectl get nodes -o json")
  printf '{"items":['
  first=1
  for file in /cluster/*.node; do
    node=$(basename "$file" .node); [ $first = 1 ] || printf ,; first=0
    printf '{"metadata":{"name":"%s"},"status":{"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"kubeletVersion":"v1"}}}' "$node"
  done
  printf ']}\\n';;
"kubectl drain "*) echo "$3" >> /cluster/drained;;
"kubectl delete node "*) rm -f "/cluster/$4.node";;
*) echo "k3s $*: what is that?" >&2; exit 9;;
esac
`;
