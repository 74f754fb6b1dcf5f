import { Ca3Error } from "../../support/errors.ts";
import type { Endpoint } from "./connection.ts";

/** An error of a connection as CA3_REMOTE, with what usually helps. */
export function explainSsh(error: Error & { level?: string; code?: string }, endpoint: Endpoint): Ca3Error {
  const { name, host, port, user } = endpoint;
  const [why, hint] = reasonOf(error, user);
  return new Ca3Error("CA3_REMOTE", `cannot sign in to ${name} (${host}:${port}): ${why}`, {
    hint,
    cause: error,
  });
}

function reasonOf(error: Error & { level?: string; code?: string }, user: string): readonly [string, string] {
  if (error.level === "client-authentication")
    return [
      `${user} is not let in with this key`,
      "check cluster.access.key and cluster.access.user; the key pair of a machine is set when it is made",
    ];
  if (error.level === "client-timeout" || error.code === "ETIMEDOUT")
    return ["no answer", "check that your address is among cluster.network.admins: ca3 plan"];
  if (error.code === "ECONNREFUSED")
    return ["nothing listens there yet", "wait for it to boot, then run the same command again"];
  if (error.code === "ENOTFOUND") return ["the name is not known", "check the address with ca3 outputs"];
  return [error.message, "run the same command again: it goes on where it stopped"];
}
