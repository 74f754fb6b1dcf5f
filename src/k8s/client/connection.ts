import { version } from "../../support/version.ts";
import type { Context } from "./kubeconfig/context.ts";
import type { Credentials } from "./kubeconfig/credentials.ts";
import { impersonation } from "./kubeconfig/impersonation.ts";

/** One API server, reached as one user. */
export type Connection = {
  readonly context: Context;
  readonly credentials: Credentials;
  /** How long the server may stay silent, ms. */
  readonly timeoutMs: number;
  /** Where the server is reached in place of its own address: the end of a tunnel, opened when it is first wanted. */
  readonly through?: (() => Promise<string>) | undefined;
};

/** What Bun needs to trust a server and to show it who asks. */
export type Tls = {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly rejectUnauthorized?: boolean;
};

/** Where a request goes, its headers and its TLS, with the proof as it is now. */
export async function dress(
  { context: { server, user }, credentials, through }: Connection,
  signal?: AbortSignal,
): Promise<{ root: string; headers: [name: string, value: string][]; tls: Tls }> {
  const { token, cert, key } = await credentials.proof(signal);
  return {
    root: through === undefined ? server.url : await through(),
    headers: [
      ["User-Agent", `ca3/${version}`],
      ...(token === undefined ? [] : [["Authorization", `Bearer ${token}`] as [string, string]]),
      ...impersonation(user),
    ],
    tls: {
      ...(server.ca === undefined ? {} : { ca: server.ca }),
      ...(cert === undefined || key === undefined ? {} : { cert, key }),
      ...(server.serverName === undefined ? {} : { serverName: server.serverName }),
      ...(server.insecure ? { rejectUnauthorized: false } : {}),
    },
  };
}

type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** The whole address of something on the API server, whose own is `root`. */
export function addressOf(root: string, path: string, query: Query = {}): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? (value as string[]) : [value])
      if (one !== undefined) words.append(name, String(one));
  const text = words.toString();
  return `${root}${path}${text === "" ? "" : `?${text}`}`;
}
