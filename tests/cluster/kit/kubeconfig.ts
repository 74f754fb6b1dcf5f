import { writeFileSync } from "node:fs";
import type { Pair } from "./pki.ts";

export type KubeconfigFacts = {
  readonly server: string;
  /** PEM. */
  readonly ca?: string;
  readonly user: Pair | { readonly token: string } | Readonly<Record<string, unknown>>;
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly namespace?: string;
};

const base64 = (text: string) => Buffer.from(text).toString("base64");
const isPair = (user: KubeconfigFacts["user"]): user is Pair => "cert" in user && "key" in user;

/** Writes a kubeconfig with one context, named `test` as its cluster is. */
export function writeKubeconfig(path: string, facts: KubeconfigFacts): string {
  const { server, ca, user, cluster = {}, namespace } = facts;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "test",
        cluster: {
          server,
          ...(ca === undefined ? {} : { "certificate-authority-data": base64(ca) }),
          ...cluster,
        },
      },
    ],
    users: [
      {
        name: "tester",
        user: isPair(user)
          ? { "client-certificate-data": base64(user.cert), "client-key-data": base64(user.key) }
          : user,
      },
    ],
    contexts: [
      {
        name: "test",
        context: { cluster: "test", user: "tester", ...(namespace === undefined ? {} : { namespace }) },
      },
    ],
    "current-context": "test",
  };
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(config, null, 2), { mode: 0o600 });
  return path;
}
