import { isMap, isSeq, parse, parseDocument, YAMLMap } from "yaml";
import { Ca3Error } from "../../support/errors.ts";
import { TUNNEL_EXTENSION, type TunnelFacts } from "../../support/tunnel-facts.ts";

type Named = { readonly name: string; readonly [field: string]: unknown };
export type ClusterEntry = { readonly cluster: Named; readonly user: Named; readonly context: Named };

const lists = ["clusters", "users", "contexts"] as const;
/** The user of a cluster that ca3 made; no other entry has this name. */
const userOf = (name: string) => `${name}-admin`;

/** Where the API listens, as the control plane itself reaches it. */
export const apiOnServer = (k3s: string): URL => new URL(String(partsOf(k3s).cluster["server"]));

/**
 * The kubeconfig of K3s as entries named after the cluster, with the address that it is reached at from here. With `tunnel`
 * they say as well that this is the end of a tunnel, so that ca3 can open it by itself.
 */
export function entryOf(k3s: string, name: string, server: string, tunnel?: TunnelFacts): ClusterEntry {
  const { cluster, user } = partsOf(k3s);
  const extensions = tunnel && { extensions: [{ name: TUNNEL_EXTENSION, extension: tunnel }] };
  return {
    cluster: { name, cluster: { ...cluster, server, ...extensions } },
    user: { name: userOf(name), user },
    context: { name, context: { cluster: name, user: userOf(name) } },
  };
}

function partsOf(k3s: string) {
  const config = parse(k3s) as {
    clusters?: { cluster: Record<string, unknown> }[];
    users?: { user: Record<string, unknown> }[];
  };
  const cluster = config.clusters?.[0]?.cluster;
  const user = config.users?.[0]?.user;
  if (cluster === undefined || user === undefined)
    throw new Ca3Error("CA3_REMOTE", "the control plane has no kubeconfig as K3s writes it", {
      hint: "ca3 provision",
    });
  return { cluster, user };
}

/**
 * A kubeconfig with these entries in place of those of the same names. Everything else stays as it is written: other
 * clusters, unknown fields, comments. The current context changes when asked to, or when there was none.
 */
export function mergeEntry(existing: string, entry: ClusterEntry, use: boolean): string {
  const document = parseDocument(existing.trim() === "" ? "apiVersion: v1\nkind: Config\n" : existing);
  if (document.errors.length > 0 || !isMap(document.contents))
    throw new Ca3Error(
      "CA3_FILE",
      `the kubeconfig is not YAML: ${document.errors[0]?.message.split("\n")[0] ?? "no mapping"}`,
      {
        hint: "repair it, or name another with KUBECONFIG",
      },
    );
  const values = { clusters: entry.cluster, users: entry.user, contexts: entry.context };
  for (const list of lists) {
    const node = document.get(list);
    if (!isSeq(node)) document.set(list, document.createNode([values[list]]));
    else {
      const at = node.items.findIndex((item) => isMap(item) && item.get("name") === values[list].name);
      const item = document.createNode(values[list]);
      if (at < 0) node.add(item);
      else node.items[at] = item;
    }
  }
  if (use || !document.get("current-context")) document.set("current-context", entry.context.name);
  return document.toString({ lineWidth: 0 });
}

/** The same without the entries of this cluster; `undefined` when it had none. */
export function withoutEntry(existing: string, name: string): string | undefined {
  const document = parseDocument(existing);
  const names = { clusters: name, users: userOf(name), contexts: name };
  let removed = false;
  for (const list of lists) {
    const node = document.get(list);
    if (!isSeq(node)) continue;
    const rest = node.items.filter((item) => !(item instanceof YAMLMap && item.get("name") === names[list]));
    removed ||= rest.length < node.items.length;
    node.items = rest;
  }
  if (document.get("current-context") === name) document.delete("current-context");
  return removed ? document.toString({ lineWidth: 0 }) : undefined;
}
