import { Ca3Error } from "../../../support/errors.ts";
import type { Context } from "./context.ts";
import { certificateTrouble, pemOf, readFileOf, textOf, wrong } from "./data.ts";
import { execCredentials } from "./exec-plugin.ts";
import type { Entry } from "./parse.ts";

/** What shows the API server who asks. */
export type Proof = {
  readonly token?: string;
  /** PEM of a client certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
};

export type Credentials = {
  /** As it is to be sent now; may read a file or run a program, and remembers as long as it holds. */
  proof(signal?: AbortSignal): Promise<Proof>;
  /** The server refused the proof: forgets it, and says whether another may be had. */
  refused(): boolean;
  /** What is known to be wrong with it, for the message when it is refused. */
  trouble(): string | undefined;
};

export type CredentialsOptions = {
  readonly cwd: string;
  readonly now: () => number;
};

/**
 * The credentials of a context's user: token, token file, client certificate, or a program that makes them. Throws
 * CA3_KUBE_CONFIG for what is damaged, CA3_KUBE_CREDENTIALS for a certificate whose time is over.
 */
export function credentialsOf(context: Context, options: CredentialsOptions): Credentials {
  const { user } = context;
  if (user.fields["auth-provider"] !== undefined)
    throw wrong(user, "user", "auth-provider", "was removed from Kubernetes; use an exec plugin");
  if (user.fields["username"] !== undefined)
    throw wrong(user, "user", "username", "was removed from Kubernetes; use a token or a client certificate");
  if (user.fields["exec"] !== undefined) return execCredentials(context, options);
  const certificate = certificateOf(user, options.now());
  const file = textOf(user, "tokenFile", "user");
  if (file !== undefined) return tokenFile(user, file, certificate, options.now);
  const token = textOf(user, "token", "user");
  const fixed: Proof = { ...certificate, ...(token === undefined ? {} : { token }) };
  return {
    proof: async () => fixed,
    refused: () => false,
    trouble: () => (token === undefined ? undefined : tokenTrouble(token, options.now())),
  };
}

function certificateOf(user: Entry, nowMs: number): Proof {
  const cert = pemOf(user, "client-certificate", "user");
  const key = pemOf(user, "client-key", "user");
  if (cert === undefined && key === undefined) return {};
  if (cert === undefined) throw wrong(user, "user", "client-certificate", "is missing beside client-key");
  if (key === undefined) throw wrong(user, "user", "client-key", "is missing beside client-certificate");
  const trouble = certificateTrouble(cert, nowMs);
  if (trouble === "is damaged") throw wrong(user, "user", "client-certificate", trouble);
  if (trouble !== undefined)
    throw new Ca3Error(
      "CA3_KUBE_CREDENTIALS",
      `the client certificate of user ${user.name} in ${user.file} ${trouble}`,
      {
        hint: "fetch a new kubeconfig from whoever runs the cluster; on K3s, restart its server to renew it",
      },
    );
  return { cert, key };
}

/** Tokens of service accounts are rotated in place, so the file is read again now and then. */
const READ_TOKEN_EVERY_MS = 60_000;

function tokenFile(user: Entry, path: string, certificate: Proof, now: () => number): Credentials {
  let held: { readonly token: string; readonly atMs: number } | undefined;
  const read = () => {
    const token = readFileOf(user, "user", "tokenFile", path).trim();
    held = { token, atMs: now() };
    return held;
  };
  return {
    async proof() {
      const { token } = held !== undefined && now() - held.atMs < READ_TOKEN_EVERY_MS ? held : read();
      return { ...certificate, token };
    },
    refused() {
      const before = held?.token;
      return before !== undefined && read().token !== before;
    },
    trouble: () => (held === undefined ? undefined : tokenTrouble(held.token, now())),
  };
}

/** When a token that says when it ends has ended. Its content is not checked: that is the server's work. */
export function tokenTrouble(token: string, nowMs: number): string | undefined {
  const [, payload] = token.split(".");
  if (payload === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { exp?: unknown };
    if (typeof exp !== "number" || exp * 1000 > nowMs) return undefined;
    return `the token expired on ${new Date(exp * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  } catch {
    return undefined;
  }
}
