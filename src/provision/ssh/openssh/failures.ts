import type { Ca3Error } from "../../../support/errors.ts";
import { type Endpoint, strangeKey } from "../connection.ts";
import { explainSsh } from "../failures.ts";

/** ssh ends with this when it is ssh itself that failed. */
export const SSH_FAILED = 255;

/** What OpenSSH's client says when a sign-in fails, as the failure of the built-in client that it is. */
const said: readonly (readonly [
  RegExp,
  { level?: string; code?: string; message?: string; answers?: true },
])[] = [
  [/Permission denied/, { level: "client-authentication" }],
  [/timed out during banner|during banner exchange/, { level: "client-timeout", answers: true }],
  [/Connection timed out|Operation timed out/, { code: "ETIMEDOUT" }],
  [/Connection refused/, { code: "ECONNREFUSED" }],
  [/No route to host/, { code: "EHOSTUNREACH" }],
  [/Network is unreachable/, { code: "ENETUNREACH" }],
  [/Could not resolve hostname/, { code: "ENOTFOUND" }],
  [/Connection reset|closed by remote host|kex_exchange_identification/, { code: "ECONNRESET" }],
];

/** The failure of a sign-in from what ssh printed. Pure. */
export function explainOpenssh(stderr: string, endpoint: Endpoint): Ca3Error {
  const offered = /(SHA256:[A-Za-z0-9+/]{43})/.exec(stderr)?.[1];
  if (/HOST IDENTIFICATION HAS CHANGED|Host key verification failed/.test(stderr))
    return strangeKey(endpoint, offered ?? "of another kind");
  const facts = said.find(([pattern]) => pattern.test(stderr))?.[1] ?? {};
  const text = stderr.trim().split("\n").at(-1) || "ssh ended without a message";
  return explainSsh(Object.assign(new Error(text), facts), endpoint, facts.answers);
}
