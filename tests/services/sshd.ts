import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type KeyPair, newKeyPair } from "../../src/provision/ssh/keys.ts";
import { command } from "./cache.ts";
import { accepts, freePort, type Service, startService } from "./process.ts";

export type Sshd = Service & {
  readonly port: number;
  readonly hostKey: KeyPair;
  /** Lets the user in. */
  readonly userKey: KeyPair;
  readonly user: string;
};

const PROGRAM = "/usr/sbin/sshd";

/** A real OpenSSH server on a loopback port, with a host key and one user's key of its own. */
export async function startSshd(
  options: { port?: number; hostKey?: KeyPair; userKey?: KeyPair } = {},
): Promise<Sshd> {
  if (!existsSync(PROGRAM)) throw new Error(`install openssh-server: there is no ${PROGRAM}`);
  mkdirSync("/run/sshd", { recursive: true });
  const port = options.port ?? (await freePort());
  const hostKey = options.hostKey ?? newKeyPair("host");
  const userKey = options.userKey ?? newKeyPair("user");
  const service = await startService({
    name: "sshd",
    files: (folder) => ({
      host: hostKey.privateKey,
      authorized: `${userKey.publicKey}\n`,
      config: [
        `Port ${port}`,
        "ListenAddress 127.0.0.1",
        `HostKey ${join(folder, "host")}`,
        `AuthorizedKeysFile ${join(folder, "authorized")}`,
        `PidFile ${join(folder, "pid")}`,
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "StrictModes no",
        "UsePAM no",
        "PermitRootLogin prohibit-password",
        "AllowTcpForwarding yes",
        "",
      ].join("\n"),
    }),
    before: (folder) => {
      chmodSync(join(folder, "host"), 0o600);
      return [PROGRAM, "-t", "-f", join(folder, "config")];
    },
    command: (folder) => [PROGRAM, "-D", "-e", "-f", join(folder, "config")],
    ready: () => accepts(port),
  });
  return Object.assign(service, { port, hostKey, userKey, user: (await command(["id", "-un"])).trim() });
}
