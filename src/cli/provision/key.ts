import { readFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { type ClusterKey, clusterFolder, generatedKey, keyFile } from "../../provision/access/cluster-key.ts";
import type { ClusterSettings } from "../../provision/config.ts";
import type { SignIn } from "../../provision/ssh/connection.ts";
import { Ca3Error } from "../../support/errors.ts";
import { runProgramToEnd } from "../../support/exec.ts";
import type { Surroundings } from "../config-file.ts";

/** What finding a key takes: `HOME`, and the folder that relative paths start from. */
export type KeyPlace = Pick<Surroundings, "env" | "cwd">;

/** Stands for a key that is not made yet: a plan only reads. */
const LATER: ClusterKey = { publicKey: "ssh-ed25519 made-by-ca3-provision" };

/** The key that `cluster.access.key` names. With `make`, a generated one is made when there is none. */
export async function clusterKey(
  { sshKey, name }: ClusterSettings,
  { env, cwd }: KeyPlace,
  make: boolean,
): Promise<ClusterKey> {
  if (sshKey === "generated") return generatedKey(clusterFolder(env, name), make) ?? LATER;
  if (sshKey === "agent") return firstOfAgent(env);
  const path = sshKey.startsWith("~/") ? join(env["HOME"] ?? "", sshKey.slice(2)) : sshKey;
  return keyFile(isAbsolute(path) ? path : resolve(cwd, path));
}

/** What signs in with this key: the file, or the agent. */
export const signInOf = ({ privateKeyPath }: ClusterKey, { env }: KeyPlace): SignIn =>
  privateKeyPath === undefined
    ? { agent: env["SSH_AUTH_SOCK"] }
    : { privateKey: readFileSync(privateKeyPath, "utf8"), privateKeyPath };

async function firstOfAgent(env: KeyPlace["env"]): Promise<ClusterKey> {
  const hint = "ssh-add, or set cluster.access.key to generated or to a file";
  if (!env["SSH_AUTH_SOCK"])
    throw new Ca3Error("CA3_CONFIG", "cluster.access.key is agent, and no SSH agent runs", { hint });
  const listed = await runProgramToEnd(["ssh-add", "-L"], { timeoutMs: 5_000 });
  const first = listed.stdout.split("\n").find((line) => /^(ssh|ecdsa)-/.test(line));
  if (first === undefined) throw new Ca3Error("CA3_CONFIG", "the SSH agent has no key", { hint });
  return { publicKey: first.split(" ").slice(0, 2).join(" ") };
}
