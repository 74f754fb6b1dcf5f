import { Ca3Error } from "../../support/errors.ts";
import type { KubeClient } from "../client/client.ts";

/** The oldest minor release of Kubernetes 1 that has all that we use: v5 of exec, discovery in one answer. */
const OLDEST_MINOR = 30;

export type ServerVersion = { readonly gitVersion: string; readonly minor: number };

/** What the API server is. The first thing to ask: it shows whether it can be reached and lets us in. */
export async function serverVersion(client: KubeClient, signal?: AbortSignal): Promise<ServerVersion> {
  const answer = await client.http.json<{ gitVersion?: string; minor?: string }>({
    ...{ path: "/version", what: "ask for its version", signal },
  });
  return { gitVersion: answer.gitVersion ?? "", minor: Number.parseInt(answer.minor ?? "", 10) };
}

/** Throws CA3_KUBE_UNSUPPORTED when the cluster is too old. */
export function requireVersion({ gitVersion, minor }: ServerVersion, cluster: string): void {
  if (minor >= OLDEST_MINOR) return;
  throw new Ca3Error(
    "CA3_KUBE_UNSUPPORTED",
    `cluster ${cluster} runs Kubernetes ${gitVersion || "of an unknown version"}, and ca3 needs 1.${OLDEST_MINOR} or newer`,
    { hint: "upgrade the cluster" },
  );
}
