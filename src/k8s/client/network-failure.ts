import { Ca3Error } from "../../support/errors.ts";
import type { ServerAccess } from "./kubeconfig/context.ts";

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "the name is not known",
  EAI_AGAIN: "the name cannot be looked up now",
  ETIMEDOUT: "no answer",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no route to it",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ConnectionClosed: "the connection was cut",
  EPROTO: "it does not speak TLS",
};

const distrust: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host name",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet; check the clock of this machine",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate was issued by an authority that the kubeconfig does not name",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate was issued by an authority that the kubeconfig does not name",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate was issued by an authority that the kubeconfig does not name",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "its certificate was issued by an authority that the kubeconfig does not name",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "its certificate was issued by an authority that the kubeconfig does not name",
  CERT_SIGNATURE_FAILURE: "its certificate was issued by an authority that the kubeconfig does not name",
};

export type Peer = {
  readonly cluster: string;
  readonly context: string;
  readonly server: ServerAccess;
};

/** Why no answer came, for a person; `undefined` for what is no failure of the network. */
export function networkFailure(error: unknown, peer: Peer): Ca3Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = String((error as { code?: unknown }).code ?? "");
  const where = `cluster ${peer.cluster} at ${peer.server.url}`;
  const doubt = distrust[code];
  if (doubt !== undefined)
    return new Ca3Error("CA3_KUBE_TLS", `${where} cannot be trusted: ${doubt}`, {
      cause: error,
      hint:
        code === "ERR_TLS_CERT_ALTNAME_INVALID"
          ? `set tls-server-name of cluster ${peer.cluster} to a name in its certificate`
          : "fetch a new kubeconfig from whoever runs the cluster",
    });
  if (code === "FailedToOpenSocket")
    return new Ca3Error(
      "CA3_KUBE_CONFIG",
      `no connection to ${where} could be set up: a certificate or key in the kubeconfig is damaged, or they do not belong together`,
      { cause: error, hint: "fetch a new kubeconfig from whoever runs the cluster" },
    );
  const reason = unreachable[code] ?? (error.name === "TypeError" ? error.message : undefined);
  if (reason === undefined) return undefined;
  return new Ca3Error("CA3_KUBE_UNREACHABLE", `${where} cannot be reached: ${reason}`, {
    cause: error,
    hint: `check context ${peer.context} of the kubeconfig and the way to it: VPN, tunnel, firewall`,
  });
}

/** The connection broke and a new one may work. */
export const wasCut = (error: unknown): boolean =>
  error instanceof Error &&
  ["ECONNRESET", "EPIPE", "ConnectionClosed"].includes(String((error as { code?: unknown }).code ?? ""));

/** The server is there and says nothing. */
export const silence = (peer: Peer, what: string, ms: number, connected: boolean): Ca3Error =>
  new Ca3Error(
    "CA3_KUBE_UNREACHABLE",
    `cluster ${peer.cluster} at ${peer.server.url} did not ${connected ? "finish its answer" : "answer"} within ${ms / 1000} s (${what})`,
    { hint: "wait longer with --request-timeout, or check the API server and the way to it" },
  );
