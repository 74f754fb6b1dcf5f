import { Ca3Error } from "../../../support/errors.ts";
import { pemOf, textOf, wrong } from "./data.ts";
import { broken, type Entry, type Kubeconfig } from "./parse.ts";

/** How an API server is reached and recognised. */
export type ServerAccess = {
  /** Without a slash at its end; may have a path. */
  readonly url: string;
  /** PEM; the system's authorities when absent. */
  readonly ca: string | undefined;
  /** The name its certificate must have, when it is not the one of the URL. */
  readonly serverName: string | undefined;
  /** Any certificate is accepted, from anybody. */
  readonly insecure: boolean;
};

/** A context with what it names. */
export type Context = {
  readonly name: string;
  readonly cluster: string;
  readonly server: ServerAccess;
  readonly user: Entry;
  /** Where objects without a namespace of their own are looked for. */
  readonly namespace: string;
  /** The kubeconfig's entry of the cluster, which credential plugins may ask for. */
  readonly clusterEntry: Entry;
};

/** The context that is wanted, or the current one. Throws CA3_KUBE_CONFIG that lists those that exist. */
export function findContext(config: Kubeconfig, wanted: string | undefined): Context {
  const name = wanted ?? config.currentContext;
  const files = config.files.join(", ");
  const known = [...config.contexts.keys()];
  const list = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
  if (name === undefined)
    throw new Ca3Error("CA3_KUBE_CONFIG", `the kubeconfig ${files} has no current context; ${list}`, {
      hint: known[0] === undefined ? "pass another --kubeconfig" : `pass --context ${known[0]}`,
    });
  const context = config.contexts.get(name);
  if (context === undefined)
    throw new Ca3Error("CA3_KUBE_CONFIG", `the kubeconfig ${files} has no context ${name}; ${list}`, {
      hint: known[0] === undefined ? "pass another --kubeconfig" : `pass --context ${known.join(" or ")}`,
    });
  const cluster = required(context, "cluster");
  const user = textOf(context, "user", "context");
  const clusterEntry = config.clusters.get(cluster);
  if (clusterEntry === undefined)
    throw broken(
      context.file,
      `has a context ${name} for the cluster ${cluster}, which it does not describe`,
    );
  const userEntry = user === undefined ? nobody(context) : config.users.get(user);
  if (userEntry === undefined)
    throw broken(context.file, `has a context ${name} for the user ${user}, whom it does not describe`);
  return {
    ...{ name, cluster, clusterEntry, user: userEntry, server: serverOf(clusterEntry) },
    namespace: textOf(context, "namespace", "context") ?? "default",
  };
}

const nobody = ({ file, folder }: Entry): Entry => ({ name: "nobody", file, folder, fields: {} });

function required(entry: Entry, key: string): string {
  const value = textOf(entry, key, "context");
  if (value === undefined) throw wrong(entry, "context", key, "is missing");
  return value;
}

function serverOf(entry: Entry): ServerAccess {
  const url = textOf(entry, "server", "cluster");
  if (url === undefined) throw wrong(entry, "cluster", "server", "is missing");
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url))
    throw wrong(entry, "cluster", "server", `is not an address such as https://host:6443: ${url}`);
  if (textOf(entry, "proxy-url", "cluster") !== undefined)
    throw wrong(
      entry,
      "cluster",
      "proxy-url",
      "is not supported; set HTTPS_PROXY, or reach the API server through a tunnel and name its end as server",
    );
  return {
    url: url.replace(/\/+$/, ""),
    ca: pemOf(entry, "certificate-authority", "cluster"),
    serverName: textOf(entry, "tls-server-name", "cluster"),
    insecure: entry.fields["insecure-skip-tls-verify"] === true,
  };
}
