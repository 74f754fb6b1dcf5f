import { apiOnServer, type ClusterEntry, entryOf, mergeEntry } from "../../provision/access/kubeconfig.ts";
import type { ClusterSettings } from "../../provision/config.ts";
import { tag } from "../../provision/tags.ts";
import type { Context } from "../command.ts";
import { kubeconfigPath, readKubeconfigFile, writeKubeconfigFile } from "./kubeconfig-file.ts";
import { kubeconfigOf, withMachines } from "./reach.ts";

/** Where kubectl looks for an API behind a tunnel, unless told otherwise. */
const USUAL_PORT = "6443";

export type FetchedEntry = {
  readonly entry: ClusterEntry;
  /** Port of this machine, where the API is reached through a tunnel. */
  readonly tunnelled: string | undefined;
};

/**
 * The entries of a kubeconfig for the cluster, with credentials from a control plane. `port` is that of a tunnel; without
 * it there is one only when the API is closed to the outside.
 */
export async function fetchEntry(
  context: Context,
  settings: ClusterSettings,
  uid: string | undefined,
  port?: string,
): Promise<FetchedEntry> {
  const { name: cluster, region } = settings;
  const tunnelled = port ?? (settings.api === "tunnel" ? USUAL_PORT : undefined);
  const entry = await withMachines(context, settings, uid, async (fleet) => {
    const text = await kubeconfigOf(fleet, context.interrupted);
    const { hostname, port: apiPort } = apiOnServer(text);
    if (tunnelled === undefined) {
      const { host } = fleet.reach(fleet.controls[0]!);
      return entryOf(text, cluster, `https://${host}:${apiPort}`);
    }
    const own = fleet.seen.vpcs[0]?.tags[tag.uid] ?? "";
    const facts = { cluster, region, uid: own, api: `${hostname}:${apiPort}` };
    return entryOf(text, cluster, `https://127.0.0.1:${tunnelled}`, facts);
  });
  return { entry, tunnelled };
}

/** Puts it into the kubeconfig of this user, and answers with the path of that. */
export function keepEntry({ env }: Context, { entry }: FetchedEntry, use: boolean): string {
  const path = kubeconfigPath(env);
  writeKubeconfigFile(path, mergeEntry(readKubeconfigFile(path), entry, use));
  return path;
}
