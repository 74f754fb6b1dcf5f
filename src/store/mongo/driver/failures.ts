import {
  MongoAPIError,
  MongoCompatibilityError,
  MongoError,
  MongoServerError,
  MongoServerSelectionError,
} from "mongodb";

/**
 * What an error of the driver is about. `outage`: the server does not answer, or not now. `mistake`: it answers that the
 * request makes no sense, so repeating it is of no use.
 */
export type FailureClass = "outage" | "tls" | "credentials" | "forbidden" | "unsupported" | "mistake";

/** Codes of the server: https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
const CREDENTIALS: ReadonlySet<unknown> = new Set([11, 18, 334]);
const FORBIDDEN: ReadonlySet<unknown> = new Set([13]);
const MISTAKES: ReadonlySet<unknown> = new Set([
  ...[2, 4, 9, 14, 17, 20, 22, 40, 48, 52, 57, 59, 72, 73, 85, 86, 115, 168],
]);
const TLS = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ALTNAME|HOSTNAME_MISMATCH|SSL|TLS|DEPTH_ZERO/;

/** The innermost errors, which say what happened: of the servers that were tried, or of the one that answered. */
export function rootsOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  if (error instanceof MongoServerSelectionError) {
    const servers = (error.reason as { servers?: ReadonlyMap<string, { error: Error | null }> } | undefined)
      ?.servers;
    const tried = [...(servers?.values() ?? [])].flatMap((server) => rootsOf(server.error));
    if (tried.length > 0) return tried;
  }
  const inner = error.cause instanceof Error ? rootsOf(error.cause) : [];
  return inner.length > 0 ? inner : [error];
}

export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;

/** Nothing when the error is none of the driver or the network, and so a bug. */
export function classOf(error: unknown): FailureClass | undefined {
  const roots = rootsOf(error);
  const codes = [error, ...roots].map(codeOf);
  if (codes.some((code) => CREDENTIALS.has(code))) return "credentials";
  if (codes.some((code) => FORBIDDEN.has(code))) return "forbidden";
  if ([error, ...roots].some((one) => one instanceof MongoCompatibilityError)) return "unsupported";
  if (roots.some((root) => TLS.test(`${codeOf(root)} ${root.name}`) || /certificate/i.test(root.message)))
    return "tls";
  if (error instanceof MongoServerError && MISTAKES.has(error.code)) return "mistake";
  if (isClosed(error)) return "outage";
  if (error instanceof MongoAPIError) return undefined;
  return error instanceof MongoError || codes.some(isNetworkCode) ? "outage" : undefined;
}

const isClosed = (error: unknown): boolean =>
  error instanceof Error && /^Mongo(NotConnected|TopologyClosed|ClientClosed)Error$/.test(error.name);

const isNetworkCode = (code: unknown): boolean => typeof code === "string" && /^E[A-Z_]+$/.test(code);
