/** The entry of a cluster in a kubeconfig says by this extension that its API is reached through SSH, and through whom. */
export const TUNNEL_EXTENSION = "ca3.dev/tunnel";

/** What finds the machine again that leads to the API. */
export type TunnelFacts = {
  /** Name of the cluster, as its tags say it. */
  readonly cluster: string;
  readonly region: string;
  /** Which of several of that name. */
  readonly uid: string;
  /** Where the API listens, as that machine reaches it: `127.0.0.1:6443`. */
  readonly api: string;
};

/** The extension's content as it stands in a kubeconfig; nothing for what is none. */
export function tunnelFacts(extensions: unknown): TunnelFacts | undefined {
  if (!Array.isArray(extensions)) return undefined;
  const named = extensions.find((one: unknown) => fieldsOf(one)["name"] === TUNNEL_EXTENSION);
  const { cluster, region, uid, api } = fieldsOf(fieldsOf(named)["extension"]);
  const all = [cluster, region, uid, api];
  if (!all.every((one) => typeof one === "string")) return undefined;
  return { cluster, region, uid, api } as TunnelFacts;
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
