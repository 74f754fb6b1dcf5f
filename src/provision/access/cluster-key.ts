import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Ca3Error } from "../../support/errors.ts";
import { newKeyPair, withoutComment } from "../ssh/keys.ts";

/** How to sign in: with a private key in a file, or with whatever the agent has. */
export type ClusterKey = {
  readonly publicKey: string;
  /** Absent: the agent signs. */
  readonly privateKeyPath?: string;
};

/** Where files of one cluster are kept on this machine. Nothing in there is needed to destroy it. */
export const clusterFolder = (env: Readonly<Record<string, string | undefined>>, cluster: string): string =>
  join(env["XDG_STATE_HOME"] || join(env["HOME"] || homedir(), ".local", "state"), "ca3", cluster);

/** The key of the cluster's own, made when there is none and `make` is set; only this user can read it. */
export function generatedKey(folder: string, make: boolean): ClusterKey | undefined {
  const privateKeyPath = join(folder, "id_ed25519");
  const publicPath = `${privateKeyPath}.pub`;
  if (!existsSync(privateKeyPath)) {
    if (!make) return undefined;
    const { privateKey, publicKey } = newKeyPair("ca3");
    mkdirSync(dirname(privateKeyPath), { recursive: true, mode: 0o700 });
    writeFileSync(privateKeyPath, privateKey, { mode: 0o600, flag: "wx" });
    writeFileSync(publicPath, `${publicKey} ca3\n`, { mode: 0o644 });
    return { privateKeyPath, publicKey };
  }
  return keyFile(privateKeyPath);
}

/** A private key of the user's with its public half beside it. Throws CA3_FILE. */
export function keyFile(privateKeyPath: string): ClusterKey {
  const publicPath = `${privateKeyPath}.pub`;
  if (!existsSync(privateKeyPath))
    throw new Ca3Error("CA3_FILE", `cluster.access.key: there is no file ${privateKeyPath}`, {
      hint: "set it to generated, agent, or the path of a private key",
    });
  if (!existsSync(publicPath))
    throw new Ca3Error("CA3_FILE", `the public half ${publicPath} is missing`, {
      hint: `ssh-keygen -y -f ${privateKeyPath} > ${publicPath}`,
    });
  return { privateKeyPath, publicKey: withoutComment(readFileSync(publicPath, "utf8")) };
}
