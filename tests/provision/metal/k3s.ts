import { createHash } from "node:crypto";

/**
 * What stands for a release of K3s where machines share a real API server: a program that joins its node there, with the
 * kubelet's part played by it. It answers what ca3 asks of K3s with the real kubectl.
 *
 * Where the API is lent to the cluster's folder (`api.sock`) the server listens for it on its own port, and workers reach it
 * there alone. A node that has a kubelet (`kubelet-NAME`) says itself what it is.
 */
export function standInK3s(version: string, kube: string): { text: string; sha256: string } {
  const text = `#!/bin/bash
# stands for K3s ${version}
set -e
export KUBECONFIG=/cluster/admin.yaml
state=/var/lib/rancher/k3s
config=/etc/rancher/k3s/config.yaml
api=
of() { sed -n "s/^ *\\"$1\\": \\"\\(.*\\)\\",*$/\\1/p" $config; }
taints() { sed -n '/"node-taint"/,/]/s/^ *"\\(.*:.*\\)",*$/\\1/p' $config; }
kubectl() { ${kube} kubectl \${api:+--server "$api"} "$@"; }
lent() { [ -S /cluster/api.sock ]; }
listen() {
  setsid /usr/lib/suite/relay > /dev/null 2>&1 < /dev/null &
  until kubectl get --raw /readyz > /dev/null 2>&1; do sleep 0.1; done
}
become_node() {
  name=$(of node-name)
  [ -e "/cluster/fails-${version}" ] && { echo "this release does not start here" >&2; exit 1; }
  if [ -e "/cluster/kubelet-$name" ]; then
    kubectl label --overwrite node "$name" node-role.kubernetes.io/control-plane=true >/dev/null
    return
  fi
  kubectl get node "$name" >/dev/null 2>&1 || kubectl create -f - >/dev/null <<NODE
{"apiVersion":"v1","kind":"Node","metadata":{"name":"$name","labels":{"kubernetes.io/hostname":"$name"$1}}}
NODE
  taints | while read -r taint; do kubectl taint --overwrite node "$name" "$taint" >/dev/null; done
  kubectl patch node "$name" --subresource=status --type=merge -p '{"status":{
    "capacity":{"cpu":"4","memory":"8Gi","pods":"110"},"allocatable":{"cpu":"4","memory":"8Gi","pods":"110"},
    "conditions":[{"type":"Ready","status":"True","reason":"KubeletReady"}],
    "nodeInfo":{"kubeletVersion":"${version}"}}}' >/dev/null
  if kubectl get node "$name" -o jsonpath='{.spec.taints[*].key}' | grep -q node.kubernetes.io/not-ready; then
    kubectl taint node "$name" node.kubernetes.io/not-ready- >/dev/null
  fi
  echo "${version} $name" >> /cluster/started
}
case "$*" in
server)
  cp /cluster/admin.yaml /etc/rancher/k3s/k3s.yaml
  mkdir -p $state/server/db
  [ -e $state/server/db/state.db ] || : > $state/server/db/state.db
  echo K10suite > $state/server/token
  cp $config "/cluster/$(of node-name).config"
  lent && listen
  become_node ',"node-role.kubernetes.io/control-plane":"true"';;
agent)
  [ -e $state/agent/client-kubelet.crt ] || cmp -s /etc/rancher/k3s/token /cluster/token || exit 1
  mkdir -p $state/agent
  touch $state/agent/client-kubelet.crt
  lent && api=$(of server)
  become_node '';;
"token create"*) echo "K10suite::$RANDOM$RANDOM" | tee /cluster/token;;
"etcd-snapshot save"*) echo "$4" >> /cluster/snapshots;;
"kubectl "*) shift; kubectl "$@";;
--version) echo "k3s version ${version} (suite)";;
*) echo "k3s $*: what is that?" >&2; exit 9;;
esac
`;
  return { text, sha256: createHash("sha256").update(text).digest("hex") };
}
