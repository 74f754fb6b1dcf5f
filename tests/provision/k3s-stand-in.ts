/** Reloads sshd; a started K3s is on record in the cluster's folder, where the one that stands for it looks. */
const SYSTEMCTL = `#!/bin/bash
case "$1 $2" in
"reload ssh") kill -HUP "$(cat /run/sshd.pid)";;
"restart k3s"|"restart k3s-agent")
  # it may have ended by itself
  [ ! -e /run/api.pid ] || kill "$(cat /run/api.pid)" 2>/dev/null
  rm -f "/run/active-$2"; echo "$(cat /etc/hostname) $2" >> /cluster/restarts
  role=server; [ "$2" = k3s-agent ] && role=agent
  /usr/local/bin/k3s "$role" && touch "/run/active-$2";;
"is-active -q") [ -e "/run/active-$3" ];;
"daemon-reload "|"enable -q") ;;
*) echo "systemctl $*: what is that?" >&2; exit 9;;
esac
`;

const CLOUD_INIT = `#!/bin/sh
[ ! -e /run/first-boot ] || { echo slow >> /cluster/booting; while [ -e /run/first-boot ]; do sleep 0.1; done; }
`;

/** Its shell has the set-user-id bit; a host with /run/no-sudo has a user who may not. */
const SUDO = `#!/usr/lib/suite/bash -p
[ ! -e /run/no-sudo ] || { echo "sudo: a password is required" >&2; exit 1; }
[ "$1" != -n ] || shift
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec setpriv --reuid 0 --regid 0 --clear-groups -- "$@"
`;

/**
 * As much of the API as a run asks: which nodes there are, what stands on them, and that nothing runs there. Each control
 * plane has one of its own while K3s runs on it, over what all of them share. Only where a test lets it be there.
 */
const API = `#!${process.execPath} run
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
const read = (file, other) => existsSync("/cluster/" + file) ? readFileSync("/cluster/" + file, "utf8").trim() : other;
const node = (name) => {
  const { annotations, unschedulable } = JSON.parse(read(name + ".mark", "{}"));
  return {
    kind: "Node", apiVersion: "v1",
    metadata: { name, uid: name, annotations, labels: name.includes("-cp-") ? { "node-role.kubernetes.io/control-plane": "true" } : {} },
    spec: { unschedulable },
    status: {
      conditions: [{ type: "Ready", status: existsSync("/cluster/" + name + ".unready") ? "Unknown" : "True" }],
      nodeInfo: { kubeletVersion: read(name + ".version", "") },
    },
  };
};
const nodes = () => readdirSync("/cluster").filter((file) => file.endsWith(".node")).map((file) => node(file.slice(0, -5)));
const list = (kind, items) => Response.json({ kind, apiVersion: "v1", metadata: { resourceVersion: "1" }, items });
const none = () => Response.json({ kind: "Status", apiVersion: "v1", code: 404 }, { status: 404 });
Bun.serve({ hostname: "127.0.0.1", port: 6443, fetch: async (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/api/v1/nodes") return list("NodeList", nodes());
  if (pathname === "/api/v1/pods") return list("PodList", []);
  if (pathname === "/api/v1/persistentvolumes") return list("PersistentVolumeList", []);
  const name = /^\\/api\\/v1\\/nodes\\/([a-z0-9-]+)$/.exec(pathname)?.[1];
  if (name === undefined || !existsSync("/cluster/" + name + ".node")) return none();
  if (request.method === "PATCH") {
    const { metadata, spec } = await request.json();
    const bare = (of) => Object.fromEntries(Object.entries(of ?? {}).filter(([, value]) => value !== null));
    writeFileSync("/cluster/" + name + ".mark", JSON.stringify({ annotations: bare(metadata?.annotations), ...bare(spec) }));
  }
  if (request.method === "DELETE") rmSync("/cluster/" + name + ".node");
  return Response.json(request.method === "DELETE" ? { kind: "Status", apiVersion: "v1", status: "Success" } : node(name));
} });
`;

/** Port 6443 of a server leads to the API of the cluster that the suite has lent to the hosts. */
const RELAY = `#!${process.execPath} run
import { connect, createServer } from "node:net";
createServer((near) => {
  const far = connect("/cluster/api.sock");
  near.pipe(far).pipe(near);
  for (const one of [near, far]) one.on("error", () => { near.destroy(); far.destroy(); });
}).listen(6443, "0.0.0.0");
`;

/** What is on every host besides sshd. */
export const K3S_COMMANDS: Readonly<Record<string, string>> = {
  "/usr/bin/systemctl": SYSTEMCTL,
  "/usr/bin/cloud-init": CLOUD_INIT,
  "/usr/lib/suite/api": API,
  "/usr/lib/suite/relay": RELAY,
  "/usr/bin/sudo": SUDO,
  "/usr/sbin/sysctl": "#!/bin/sh\nexit 0\n",
  "/usr/bin/journalctl": "#!/bin/sh\necho 'k3s: this is the journal'\n",
};

/**
 * What stands for K3s. Nodes are files in a folder that all hosts share, each with the id of its machine's state in it, which
 * is the password that K3s gives a node: a machine without that state is refused while the name is taken. A worker joins
 * with the token that was made last, and reaches its server over the private network; a control plane begins a cluster
 * only when it is told to, and joins another with the token of that one.
 */
export const k3sOf = (release: string): string => `#!/bin/bash
set -e
release=${release}
etc=/etc/rancher/k3s
state=/var/lib/rancher/k3s
all() { find $etc/config.yaml $etc/config.yaml.d -name '*.yaml' | sort | xargs cat; }
of() { all | sed -n "s/^ *\\"$1\\": \\"\\(.*\\)\\",*$/\\1/p" | tail -n 1; }
random() { head -c "$1" /dev/urandom | od -An -tx1 | tr -d ' \n' | head -c "$1"; }
kubeconfig() {
  echo "{clusters: [{cluster: {server: 'http://127.0.0.1:6443'}, name: default}],"
  echo "users: [{name: default, user: {token: $(random 40)}}],"
  echo "contexts: [{context: {cluster: default, user: default}, name: default}], current-context: default}"
}
refuse() { echo "k3s: $*" >&2; exit 1; }
name=$(of node-name)
reach() { local at=\${1#https://}; timeout 5 bash -c ": < /dev/tcp/\${at%:*}/22" || refuse "$1 cannot be reached"; }
password() {
  mkdir -p $state/agent
  [ -e $state/agent/password ] || echo "$RANDOM$RANDOM$RANDOM" > $state/agent/password
  [ ! -e "/cluster/$name.node" ] || cmp -s $state/agent/password "/cluster/$name.node" ||
    refuse "node password rejected, duplicate hostname: $name"
}
join() { cp $state/agent/password "/cluster/$name.node"; all > "/cluster/$name.config"; echo $release > "/cluster/$name.version"; }
starts() {
  [ ! -e "/cluster/fails-$name" ] || { touch "/cluster/$name.unready"; refuse "this release does not start here"; }
  rm -f "/cluster/$name.unready"; echo "$release $name" >> /cluster/started
}
token() { local file; file=$(of token-file); [ -n "$file" ] || refuse "--token is required"
  [ -e "$file" ] || refuse "waiting for $file to be available"
  [ "$(stat -c %a "$file")" = 600 ] || refuse "$file can be read by others"
  cat "$file"; }
case "$*" in
server)
  starts
  [ -e "/cluster/down-$name" ] && refuse "failed with token $(cat /cluster/server-token 2>/dev/null)"
  password
  if [ ! -e $state/server/db ]; then
    server=$(of server)
    if [ -n "$server" ]; then reach "$server"; [ "$(token)" = "$(cat /cluster/server-token)" ] || refuse "the token is wrong"
    else
      [ ! -e /cluster/server-token ] || refuse "another cluster was about to begin"
      echo "K10$(random 64)::server:$(random 32)" > /cluster/server-token
    fi
    mkdir -p $state/server/db; cp /cluster/server-token $state/server/token
  fi
  join; [ -e $etc/k3s.yaml ] || kubeconfig > $etc/k3s.yaml; touch "/cluster/$name.api"
  if [ -e /cluster/with-api ]; then setsid /usr/lib/suite/api > /dev/null 2>&1 < /dev/null & echo $! > /run/api.pid; fi;;
agent)
  starts; password
  if [ ! -e $state/agent/client-kubelet.crt ]; then
    reach "$(of server)"; [ "$(token)" = "$(cat /cluster/token)" ] || refuse "the token is wrong"
    touch $state/agent/client-kubelet.crt
  elif [ -n "$(of token-file)" ]; then token > /dev/null; fi
  join;;
"token create"*) echo "K10$(random 64)::$(random 6).$(random 16)" | tee /cluster/token;;
"kubectl get --raw /readyz") [ -e "/cluster/$name.api" ] && [ -e "/cluster/$name.node" ] && [ -e /run/active-k3s ] &&
  { [ ! -e /cluster/with-api ] || { : < /dev/tcp/127.0.0.1/6443; } 2>/dev/null; };;
"kubectl get nodes -o json")
  printf '{"items":['
  first=1
  for file in /cluster/*.node; do
    node=$(basename "$file" .node); [ $first = 1 ] || printf ,; first=0
    printf '{"metadata":{"name":"%s"},"status":{"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"kubeletVersion":"%s"}}}' "$node" "$(cat "/cluster/$node.version")"
  done
  printf ']}\\n';;
"etcd-snapshot save --name "*)
  [ -e /run/api.pid ] && kill -0 "$(cat /run/api.pid)" 2>/dev/null || refuse "the server does not run"
  mkdir -p $state/server/db/snapshots; touch "$state/server/db/snapshots/$4-$name-1"; echo "$4 $name" >> /cluster/snapshots;;
"kubectl drain "*) echo "$3" >> /cluster/drained;;
"kubectl delete node "*) rm -f "/cluster/$4.node"; echo "$4" >> /cluster/forgotten;;
"ctr images import "*) echo "$name $4" >> /cluster/imported;;
*) echo "k3s $*: what is that?" >&2; exit 9;;
esac
`;

/** The release of most tests. */
export const VERSION = "v1.36.5+k3s1";
export const K3S = k3sOf(VERSION);
