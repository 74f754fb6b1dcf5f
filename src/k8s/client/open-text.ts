import type { Clock } from "../../support/clock.ts";
import { KubeClient } from "./client.ts";
import { KubeHttp } from "./http.ts";
import { findContext } from "./kubeconfig/context.ts";
import { credentialsOf } from "./kubeconfig/credentials.ts";
import { parseKubeconfig } from "./kubeconfig/parse.ts";
import { onceOpened } from "./open.ts";

export type TextOptions = {
  /** How people know the cluster. */
  readonly cluster: string;
  /** Where it came from, for messages. */
  readonly from: string;
  /** Opens the way to the address in it, and answers with the one to use in its place. */
  readonly through: (url: URL) => Promise<string>;
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
};

/** The cluster of a kubeconfig that is in no file of this machine, such as the one that K3s keeps on its server. */
export function openText(text: string, options: TextOptions): KubeClient {
  const { clock, cluster, requestTimeoutMs: timeoutMs } = options;
  const found = findContext(parseKubeconfig(text, options.from), undefined);
  const credentials = credentialsOf(found, { cwd: "/", now: () => clock.now() });
  const context = { ...found, cluster };
  const through = onceOpened(() => options.through(new URL(found.server.url)));
  return new KubeClient(new KubeHttp({ context, credentials, timeoutMs, through }, clock), clock);
}
