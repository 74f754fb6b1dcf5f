import type { KeyPair } from "../ssh/keys.ts";

export type FirstBoot = { readonly hostName: string; readonly hostKey: KeyPair };

/**
 * What a machine does at its first boot: it takes the host key that we know it by, so that already the first connection
 * is verified. Whoever may read a machine's user data can read that key, so it is replaced over that connection.
 * Nothing else in here is a secret.
 */
export function cloudConfig({ hostName, hostKey }: FirstBoot): string {
  const config = {
    preserve_hostname: false,
    hostname: hostName,
    disable_root: true,
    ssh_pwauth: false,
    ssh_deletekeys: true,
    ssh_genkeytypes: [],
    ssh_keys: { ed25519_private: hostKey.privateKey, ed25519_public: hostKey.publicKey },
    package_update: false,
    package_upgrade: false,
  };
  // JSON is YAML, and needs no thought about quoting
  return `#cloud-config\n${JSON.stringify(config, null, 1)}\n`;
}
