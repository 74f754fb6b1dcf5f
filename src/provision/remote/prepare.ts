import type { KeyPair } from "../ssh/keys.ts";
import { type Script, script, writeFile } from "./script.ts";

const BOOT_MS = 10 * 60_000;
const SHORT_MS = 60_000;

/** Waits for the first boot to be over. */
export const waitForBoot = (): Script =>
  script("wait for the first boot to end", BOOT_MS, [
    "if command -v cloud-init >/dev/null; then cloud-init status --wait >/dev/null || [ $? = 2 ]; fi",
    `echo '{"booted":true}'`,
  ]);

const HOST_KEY = "/etc/ssh/ssh_host_ed25519_key";

/** The public half of the host key that the machine has now. */
export const readHostKey = (): Script =>
  script("read the host key", SHORT_MS, [`cat ${HOST_KEY}.pub 2>/dev/null || ssh-keygen -y -f ${HOST_KEY}`]);

/**
 * Takes another host key. The first one stood in the machine's user data, which others may read; the new one has only ever
 * been on this connection. Both are right until the tag says the new one.
 */
export const replaceHostKey = ({ privateKey, publicKey }: KeyPair, path = HOST_KEY): Script =>
  script("replace the host key", SHORT_MS, [
    "changed=0",
    ...writeFile(path, privateKey, "600"),
    ...writeFile(`${path}.pub`, `${publicKey}\n`, "644"),
    "systemctl reload ssh 2>/dev/null || systemctl reload sshd",
    `echo "{\\"changed\\":$changed}"`,
  ]);

/** What the kubelet wants of the kernel. Source: https://docs.k3s.io/security/hardening-guide */
const KERNEL = {
  "vm.panic_on_oom": 0,
  "vm.overcommit_memory": 1,
  "kernel.panic": 10,
  "kernel.panic_on_oops": 1,
};

/**
 * Kernel parameters, and the modules that containers need. Some kernels have these built in and find no module, and K3s
 * says by itself what it lacks, so it is no failure when one cannot be loaded.
 */
export const prepareKernel = (): Script =>
  script("set kernel parameters", SHORT_MS, [
    "changed=0",
    ...writeFile(
      "/etc/sysctl.d/90-ca3.conf",
      Object.entries(KERNEL)
        .map(([name, value]) => `${name} = ${value}\n`)
        .join(""),
      "644",
    ),
    "sysctl -q -p /etc/sysctl.d/90-ca3.conf",
    "modprobe br_netfilter || true",
    "modprobe overlay || true",
    `echo "{\\"changed\\":$changed}"`,
  ]);
