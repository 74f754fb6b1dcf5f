import type { Clock } from "../../support/clock.ts";
import { type TunnelFacts, tunnelFacts } from "../../support/tunnel-facts.ts";
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
  /** Opens the tunnel that the context names, and answers with the URL of its end. */
  readonly openTunnel?: (facts: TunnelFacts) => Promise<string>;
};

/** The cluster that is meant, not yet asked anything. Throws CA3_KUBE_CONFIG and CA3_KUBE_CREDENTIALS. */
export function openHttp(options: OpenOptions): KubeHttp {
  const { cwd, clock, requestTimeoutMs: timeoutMs } = options;
  const context = findContext(loadKubeconfig(options.kubeconfig, options), options.context);
  const credentials = credentialsOf(context, { cwd, now: () => clock.now() });
  const facts = tunnelFacts(context.clusterEntry.fields["extensions"]);
  const { openTunnel } = options;
  const through = facts && openTunnel && onceOpened(() => openTunnel(facts));
  return new KubeHttp({ context, credentials, timeoutMs, through }, clock);
}

/** Opens when it is first wanted; what could not be opened is tried again the next time. */
export function onceOpened(open: () => Promise<string>): () => Promise<string> {
  let opened: Promise<string> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
