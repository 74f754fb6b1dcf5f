import { Ca3Error } from "../../support/errors.ts";
import type { Endpoint } from "./connection.ts";

type SshError = Error & { level?: string; code?: string };

/**
 * An error of a connection as CA3_REMOTE, with what usually helps. `answers` says that something took the connection at
 * all, which tells a firewall from a server that hangs.
 */
export function explainSsh(error: SshError, endpoint: Endpoint, answers = false): Ca3Error {
  const { name, host, port, user } = endpoint;
  const [why, hint] = reasonOf(error, user, answers, name);
  const message = `cannot sign in to ${name} (${host}:${port}): ${why}`;
  const options = { hint, cause: error };
  return error.level === "client-authentication"
    ? new NotLetIn("CA3_REMOTE", message, options)
    : new Ca3Error("CA3_REMOTE", message, options);
}

/** A control plane that lets us in, and on which nobody answers for Kubernetes. */
export const apiAway = ({ name }: Endpoint, at: string, cause?: unknown): Ca3Error =>
  new Ca3Error("CA3_REMOTE", `the Kubernetes API of ${name} does not answer: nothing listens at ${at}`, {
    hint: `ca3 exec --node ${name} -- sudo journalctl -u k3s -n 50 says why`,
    cause,
  });

/** The server is up and refuses the key: waiting does not help for long. */
export class NotLetIn extends Ca3Error {}

const ADMINS = "check that your address is among cluster.network.admins: ca3 plan";
const AGAIN = "run the same command again: it resumes where it stopped";

function reasonOf(error: SshError, user: string, answers: boolean, name: string): readonly [string, string] {
  if (error.level === "client-authentication")
    return [
      `${user} is not let in with this key`,
      "check cluster.access.key and cluster.access.user; the key pair of a machine is set when it is created",
    ];
  if (error.level === "client-timeout" && answers)
    return [
      "it accepts the connection but does not answer: its SSH server hangs",
      `reboot ${name} in EC2, then run the same command again`,
    ];
  if (error.level === "client-timeout" || error.code === "ETIMEDOUT") return ["no answer", ADMINS];
  if (error.code === "EHOSTUNREACH" || error.code === "ENETUNREACH")
    return ["there is no route to it", ADMINS];
  if (error.code === "ECONNREFUSED" || /Connection refused/.test(error.message))
    return ["nothing listens there yet", "wait for it to boot, then run the same command again"];
  if (error.code === "ECONNRESET" || /before handshake/.test(error.message))
    return ["it hangs up at once: it still boots, or has too many connections", AGAIN];
  if (error.code === "ENOTFOUND") return ["the name is not known", "check the address with ca3 outputs"];
  return [error.message, AGAIN];
}
