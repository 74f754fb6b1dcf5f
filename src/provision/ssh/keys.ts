import { createHash } from "node:crypto";
import { utils } from "ssh2";

export type KeyPair = {
  /** OpenSSH's own format. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
};

/** A new ed25519 key pair. */
export function newKeyPair(comment: string): KeyPair {
  const { private: privateKey, public: publicKey } = utils.generateKeyPairSync("ed25519", { comment });
  return { privateKey, publicKey: withoutComment(publicKey) };
}

export const withoutComment = (publicKey: string): string =>
  publicKey.trim().split(/\s+/).slice(0, 2).join(" ");

/** As `ssh-keygen -l` prints it: `SHA256:…`. */
export function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(withoutComment(publicKey).split(" ")[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}
