import { KafkaError } from "./kafka-error.ts";

/** What a failed attempt to use Kafka means for those who want to try again. */
export type FailureClass =
  /** The broker or the way to it is gone, for now or for good. */
  | "network"
  /** Encryption could not be agreed on: another CA, no client certificate. */
  | "tls"
  /** The broker knows no such user, password or mechanism. */
  | "credentials"
  /** The user may not do this. */
  | "forbidden"
  /** Somebody else leads or coordinates now, or a part of the cluster is not there yet. */
  | "moved"
  /** Nothing that trying again changes. */
  | "permanent";

const FORBIDDEN = [
  ...["TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED"],
  "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
];
const SIGN_IN = ["SASL_AUTHENTICATION_FAILED", "UNSUPPORTED_SASL_MECHANISM"];
const TLS_CODES =
  /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO|ERR_OSSL|SSL_)|CERT/;
const NETWORK_NAMES = [
  ...["KafkaJSConnectionError", "KafkaJSConnectionClosedError", "KafkaJSRequestTimeoutError"],
  ...["KafkaJSLockTimeout", "KafkaJSBrokerNotFound"],
];

type Foreign = Error & { code?: unknown; type?: unknown; retriable?: unknown };

export function classOf(error: unknown): FailureClass {
  if (error instanceof KafkaError) {
    if (FORBIDDEN.includes(error.type)) return "forbidden";
    if (SIGN_IN.includes(error.type)) return "credentials";
    return error.retriable ? "moved" : "permanent";
  }
  if (!(error instanceof Error)) return "permanent";
  const { name, code, type, message } = error as Foreign;
  if (type === "ILLEGAL_SASL_STATE") return "network"; // the session ran out under a request: sign in anew
  if (name === "KafkaJSSASLAuthenticationError" || SIGN_IN.includes(String(type))) return "credentials";
  if (/SASL/.test(message) && /fail|not supported|invalid/i.test(message)) return "credentials";
  if (typeof code === "string" && TLS_CODES.test(code)) return "tls";
  if (/\b(certificate|tls|ssl)\b/i.test(message) && NETWORK_NAMES.includes(name)) return "tls";
  if (error instanceof NetworkError || NETWORK_NAMES.includes(name)) return "network";
  return "permanent";
}

/** The adapter's own: no broker could be reached, or the connection was given up. */
export class NetworkError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NetworkError";
  }
}

/** After these the connection is of no use any more. */
export const breaksLink = (error: unknown): boolean => !(error instanceof KafkaError);
