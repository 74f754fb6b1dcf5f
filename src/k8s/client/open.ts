import type { Clock } from "../../support/clock.ts";
import { KubeHttp } from "./http.ts";
import { findContext } from "./kubeconfig/context.ts";
import { credentialsOf } from "./kubeconfig/credentials.ts";
import { loadKubeconfig } from "./kubeconfig/load.ts";

export type OpenOptions = {
  /** Files joined by the system's path delimiter; `~/.kube/config` when absent. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly requestTimeoutMs: number;
  readonly cwd: string;
  readonly home: string | undefined;
  readonly clock: Clock;
};

/** The cluster that is meant, not yet asked anything. Throws CA3_KUBE_CONFIG and CA3_KUBE_CREDENTIALS. */
export function openHttp(options: OpenOptions): KubeHttp {
  const { cwd, clock, requestTimeoutMs: timeoutMs } = options;
  const context = findContext(loadKubeconfig(options.kubeconfig, options), options.context);
  const credentials = credentialsOf(context, { cwd, now: () => clock.now() });
  return new KubeHttp({ context, credentials, timeoutMs }, clock);
}
