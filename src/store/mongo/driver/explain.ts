import { MongoServerSelectionError } from "mongodb";
import { withoutCredentials } from "../../../support/credentials.ts";
import { Ca3Error } from "../../../support/errors.ts";
import { classOf, codeOf, rootsOf } from "./failures.ts";
import type { Target } from "./target.ts";

export type Explanation = {
  /** What was attempted, as the beginning of a sentence: `cannot store events`. */
  readonly doing: string;
  readonly target: Pick<Target, "where" | "database" | "user" | "tls">;
  /** It has worked before: then a refusal is an outage as well, because somebody will undo what caused it. */
  readonly proven: boolean;
  /** Nothing has worked yet. */
  readonly opening?: boolean;
};

/**
 * An error of the network, of the driver or of the server as one of ours. Whatever may pass becomes
 * CA3_STORE_UNAVAILABLE. Errors that are ours already, and bugs, come back as they are.
 */
export function explain(error: unknown, { doing, target, proven, opening = false }: Explanation): unknown {
  if (error instanceof Ca3Error) return error;
  const { where, database, user, tls } = target;
  const found = classOf(error);
  // a server that does not speak TLS ends the connection when it hears it
  const kind = found === "outage" && opening && tls && wasClosed(error) ? "tls" : found;
  if (kind === undefined || (kind === "mistake" && !opening)) return error;
  const message = `${doing}: ${reasonOf(error as Error, target)}`;
  const cause = error;
  if (proven || (kind === "outage" && !opening))
    return new Ca3Error("CA3_STORE_UNAVAILABLE", message, { cause });
  switch (kind) {
    case "tls":
      return new Ca3Error("CA3_STORE_TLS", message, {
        cause,
        hint: "set mongo.caFile, and mongo.certFile with mongo.keyFile when the server asks for a certificate",
      });
    case "credentials":
      return new Ca3Error("CA3_STORE_CREDENTIALS", message, {
        cause,
        hint: "check MONGO_URL, or mongo.username and mongo.password with ca3 config explain; a user of an address is looked for in its database unless it ends in ?authSource=admin",
      });
    case "forbidden":
      return user === undefined
        ? new Ca3Error("CA3_STORE_CREDENTIALS", `${doing}: MongoDB at ${where} asks for a user`, {
            cause,
            hint: "set CA3_MONGO_USERNAME and CA3_MONGO_PASSWORD",
          })
        : new Ca3Error("CA3_STORE_FORBIDDEN", `${doing}: the user ${user} has no right to that`, {
            cause,
            hint: `ask whoever runs MongoDB for the role readWrite on ${database}; read is enough for reports`,
          });
    case "unsupported":
      return new Ca3Error("CA3_STORE_UNSUPPORTED", message, { cause, hint: "upgrade MongoDB" });
    default:
      return new Ca3Error("CA3_STORE_UNREACHABLE", message, {
        cause,
        hint: "check that MongoDB runs and that MONGO_URL names it",
      });
  }
}

const CLOSED = /^(ECONNRESET|EPIPE)/;
const wasClosed = (error: unknown): boolean =>
  rootsOf(error).some((root) => CLOSED.test(String(codeOf(root))));

/** What happened in words: the first that fits the code, the name or the message. */
const plainer: readonly (readonly [RegExp, string])[] = [
  [/^(ENOTFOUND|EAI_AGAIN|EAI_NODATA)/, "the name is not known"],
  [/^ECONNREFUSED/, "nothing listens there"],
  [/^E(HOSTUNREACH|NETUNREACH)/, "there is no route to it"],
  [CLOSED, "the connection was closed, as by a server that expects TLS"],
  [
    /UNABLE_TO_VERIFY|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_GET/,
    "its certificate comes from no CA that is trusted here",
  ],
  [/ALTNAME|HOSTNAME_MISMATCH/, "its certificate is for another host name"],
  [/CERT_HAS_EXPIRED/, "its certificate has expired"],
  [/^18 /, "it refuses the user or the password"],
  [/^14031 /, "its disk is full"],
  [/^(10107|13435|11602|189|91|11600|10058) /, "it is not the primary now"],
  [/WaitQueueTimeout/, "all connections are in use"],
  [/Timeout|ETIMEDOUT|timed out/, "it does not answer in time"],
];

function reasonOf(error: Error, { where, tls }: Explanation["target"]): string {
  const root = rootsOf(error)[0] ?? error;
  const code = codeOf(root) ?? codeOf(error);
  const said = withoutCredentials(root.message || root.name);
  const whole = `${code ?? ""} ${root.name} ${said}`.trimStart();
  if (error instanceof MongoServerSelectionError && root === error && /primary/i.test(topologyOf(error)))
    return `MongoDB at ${where}: there is no primary now`;
  if (tls && CLOSED.test(whole))
    return `MongoDB at ${where}: the connection was closed, as by a server that does not speak TLS (${code})`;
  const words = plainer.find(([pattern]) => pattern.test(whole))?.[1];
  const detail = typeof code === "string" ? ` (${code})` : "";
  return `MongoDB at ${where}: ${words === undefined ? said : `${words}${detail}`}`;
}

const topologyOf = (error: MongoServerSelectionError): string =>
  String((error.reason as { type?: unknown } | undefined)?.type);
