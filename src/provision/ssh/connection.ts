import type { Duplex } from "node:stream";
import { Client, type ConnectConfig } from "ssh2";
import { Ca3Error } from "../../support/errors.ts";
import { explainSsh } from "./failures.ts";
import { fingerprintOf } from "./keys.ts";

export type Endpoint = {
  /** Name of the node, for messages. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Any of these is the host's key: while it is being replaced there are two. OpenSSH form. */
  readonly hostKeys: readonly string[];
};

export type SignIn = {
  readonly privateKey?: string | undefined;
  /** The file that the private key is in, for the client of OpenSSH. */
  readonly privateKeyPath?: string | undefined;
  /** Socket of an SSH agent. */
  readonly agent?: string | undefined;
};

/** Only what is known to be sound, strongest first; the library itself offers older ones as well. */
const algorithms: NonNullable<ConnectConfig["algorithms"]> = {
  kex: ["curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256"],
  serverHostKey: ["ssh-ed25519"],
  cipher: ["aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr"],
  hmac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"],
};

/** How long a host may say nothing, in milliseconds. */
export type Patience = {
  /** Until the sign-in is over. */
  readonly connectMs: number;
  /** Between two signs of life; after three that fail to come the connection counts as broken. */
  readonly keepaliveMs: number;
};
export const usualPatience: Patience = { connectMs: 10_000, keepaliveMs: 15_000 };
export const KEEPALIVES_MISSED = 3;

/**
 * One verified connection. The host key is compared before anything is sent; another one throws CA3_HOST_KEY, and every
 * other failure CA3_REMOTE. `through` is an open way to the host, such as a forwarded channel of a jump.
 */
export function connect(
  endpoint: Endpoint,
  signIn: SignIn,
  patience: Patience = usualPatience,
  through?: Duplex,
): Promise<Client> {
  const { promise, resolve, reject } = Promise.withResolvers<Client>();
  const client = new Client();
  let offered: string | undefined;
  let answers = through !== undefined;
  client.once("connect", () => {
    answers = true;
  });
  const known = new Set(endpoint.hostKeys.map(fingerprintOf));
  client.once("ready", () => resolve(client));
  // an error may be followed by others, and one that comes later is told by the command that was using the connection
  client.on("error", (error) => {
    client.destroy();
    if (offered !== undefined && !known.has(offered)) reject(strangeKey(endpoint, offered));
    else reject(explainSsh(error, endpoint, answers));
  });
  client.connect({
    ...(through ? { sock: through } : { host: endpoint.host, port: endpoint.port }),
    username: endpoint.user,
    ...(signIn.privateKey === undefined ? {} : { privateKey: signIn.privateKey }),
    ...(signIn.agent === undefined ? {} : { agent: signIn.agent }),
    algorithms,
    readyTimeout: patience.connectMs,
    keepaliveInterval: patience.keepaliveMs,
    keepaliveCountMax: KEEPALIVES_MISSED,
    hostVerifier: (key: Buffer) => {
      offered = fingerprintOf(`ssh-ed25519 ${key.toString("base64")}`);
      return known.has(offered);
    },
  });
  return promise;
}

/** CA3_HOST_KEY: the machine offers another key than the ones that are known of it. */
export function strangeKey({ name, host, hostKeys }: Endpoint, offered: string): Ca3Error {
  const expected = hostKeys.map(fingerprintOf).join(" or ");
  return new Ca3Error(
    "CA3_HOST_KEY",
    `${name} (${host}) shows the host key ${offered}, and ${expected} is expected`,
    {
      hint: `somebody may be intercepting the connection, or the tag ca3:hostkey of the machine was edited; compare with the console output of ${name} in EC2 before you go on`,
    },
  );
}
