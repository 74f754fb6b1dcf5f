import type { Enclosure } from "./node/enclosure.ts";
import { Authority } from "./pki.ts";

/** Where an API server runs, and the options that this takes. */
export type Place = { readonly within: readonly string[]; readonly options: readonly string[] };

/** On a network of the node's own, where nobody else listens. */
export const NODE_PORT = 6443;

/** On this machine, for this machine, with nobody to talk to. */
export const alone: Place = {
  within: [],
  options: [
    ...["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none"],
    "--authorization-mode=RBAC",
  ],
};

/** On a node: it talks to the kubelet, and pods to it; other API servers join theirs to it. */
export async function onNode(node: Enclosure, authority: Authority): Promise<Place> {
  const kubelet = "kubelet-client";
  await authority.issue(kubelet, { name: "kube-apiserver-kubelet-client", groups: ["system:masters"] });
  const front = await Authority.make(authority.folder, "front-proxy-ca");
  await front.issue("front-proxy", { name: "front-proxy-client" });
  const headers = { username: "User", group: "Group" };
  return {
    within: node.onNetwork(),
    options: [
      ...["--bind-address=0.0.0.0", `--advertise-address=${node.address}`, "--authorization-mode=Node,RBAC"],
      ...["--enable-admission-plugins=NodeRestriction", "--allow-privileged=true"],
      ...[
        `--kubelet-certificate-authority=${authority.cert}`,
        "--kubelet-preferred-address-types=InternalIP",
      ],
      `--kubelet-client-certificate=${authority.path(kubelet, "crt")}`,
      `--kubelet-client-key=${authority.path(kubelet, "key")}`,
      ...[`--requestheader-client-ca-file=${front.cert}`, "--enable-aggregator-routing=true"],
      "--requestheader-allowed-names=front-proxy-client",
      ...Object.entries(headers).map(([what, name]) => `--requestheader-${what}-headers=X-Remote-${name}`),
      "--requestheader-extra-headers-prefix=X-Remote-Extra-",
      `--proxy-client-cert-file=${front.path("front-proxy", "crt")}`,
      `--proxy-client-key-file=${front.path("front-proxy", "key")}`,
    ],
  };
}
