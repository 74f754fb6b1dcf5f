import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyPair } from "../../src/provision/ssh/keys.ts";
import { command } from "../services/cache.ts";
import { accepts, freePort, type Service, startService } from "../services/process.ts";
import { K3S_COMMANDS } from "./k3s-stand-in.ts";

/**
 * A machine as AWS would start it: a real OpenSSH server on a root filesystem of its own, which is this machine's with a
 * layer over it that takes all writes. Its `systemctl` starts what stands for K3s.
 */
export type Host = Service & {
  /** Of its SSH server; another one than 22 only where it has no network of its own. */
  readonly port: number;
  /** Its root, as it is seen from outside. */
  readonly root: string;
  /** The SSH server: STOP makes it hang, CONT lets it go on. */
  signal(signal: "STOP" | "CONT"): Promise<void>;
  /** Its disk has so much room from now on. */
  enlarge(megabytes: number): Promise<void>;
};

export type HostOptions = {
  readonly hostKey: KeyPair;
  readonly userKey: string;
  /** Shared by all hosts of a cluster: which nodes have joined. */
  readonly cluster: string;
  /** Network namespace that it lives in; absent: a port of this machine's loopback address. */
  readonly netns?: string | undefined;
  /** Room on its disk. */
  readonly diskMb?: number;
  readonly hostName: string;
  /** Where it listens in this machine's own network, in place of a free port. */
  readonly at?: { readonly host: string; readonly port: number };
};

const ROOT_FILES = (port: number, options: HostOptions): Readonly<Record<string, string>> => ({
  "/etc/hostname": `${options.hostName}\n`,
  "/etc/ssh/ssh_host_ed25519_key": options.hostKey.privateKey,
  "/etc/ssh/ssh_host_ed25519_key.pub": `${options.hostKey.publicKey}\n`,
  "/etc/ssh/suite_config": sshdConfig(
    port,
    options.at?.host ?? (options.netns === undefined ? "127.0.0.1" : "0.0.0.0"),
  ),
  "/etc/ssh/suite_authorized": `${options.userKey}\n`,
});

export async function startHost(options: HostOptions): Promise<Host> {
  const { cluster, netns, diskMb, at } = options;
  const port = at?.port ?? (netns === undefined ? await freePort() : 22);
  const layers = mkdtempSync(join(tmpdir(), "ca3-host-"));
  const root = join(layers, "root");
  for (const folder of ["layers", "root"]) mkdirSync(join(layers, folder), { recursive: true });
  const put = (path: string, text: string, mode: number) => {
    const file = join(layers, "first", path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text, { mode });
  };
  for (const [path, text] of Object.entries(ROOT_FILES(port, options)))
    put(path, text, /key$/.test(path) ? 0o600 : 0o644);
  for (const [path, text] of Object.entries(K3S_COMMANDS)) put(path, text, 0o755);
  const script = [
    "set -e",
    `mount -t tmpfs ${diskMb ? `-o size=${diskMb}m` : ""} none ${layers}/layers`,
    `mkdir ${layers}/layers/up ${layers}/layers/work`,
    `mount -t overlay overlay -o lowerdir=/,upperdir=${layers}/layers/up,workdir=${layers}/layers/work ${root}`,
    `cp -a ${layers}/first/. ${root}/`,
    // the user of Ubuntu's images, and a sudo for it that asks for no password
    `grep -q ^ubuntu: ${root}/etc/passwd || echo ubuntu:x:1999:1999::/tmp:/bin/bash >> ${root}/etc/passwd`,
    `mkdir -p ${root}/usr/lib/suite && cp ${root}/bin/bash ${root}/usr/lib/suite/bash && chmod 4755 ${root}/usr/lib/suite/bash`,
    // what this machine happens to have is not there
    `rm -rf ${root}/etc/rancher ${root}/var/lib/rancher ${root}/var/lib/ca3 ${root}/usr/local/bin/k3s`,
    `mkdir -p ${root}/run/sshd ${root}/cluster && mount --bind ${cluster} ${root}/cluster`,
    `mount --rbind /dev ${root}/dev && mount -t proc proc ${root}/proc`,
    `exec chroot ${root} /usr/sbin/sshd -D -e -f /etc/ssh/suite_config`,
  ].join("\n");
  const inside = netns === undefined ? [] : ["ip", "netns", "exec", netns];
  const service = await startService({
    name: "host",
    command: () => [...inside, "unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script],
    ready: ({ output }) =>
      netns === undefined ? accepts(port, at?.host) : output().includes("Server listening"),
  });
  // the fork of unshare, which has become sshd
  const sshd = (await command(["pgrep", "-P", String(service.pid)])).trim();
  return {
    ...service,
    ...{ port, root: `/proc/${sshd}/root` },
    enlarge: async (megabytes) => {
      const remount = ["mount", "-o", `remount,size=${megabytes}m`, `${layers}/layers`];
      await command(["nsenter", "-t", sshd, "-m", ...remount]);
    },
    signal: async (signal) => void (await command(["kill", `-${signal}`, sshd])),
    async [Symbol.asyncDispose]() {
      // its parent does not hand signals on
      await command(["kill", "-KILL", sshd]).catch(() => {});
      await service[Symbol.asyncDispose]();
      await command(["rm", "-rf", layers]);
    },
  };
}

const sshdConfig = (port: number, address: string) =>
  [
    `Port ${port}`,
    `ListenAddress ${address}`,
    "HostKey /etc/ssh/ssh_host_ed25519_key",
    "AuthorizedKeysFile /etc/ssh/suite_authorized",
    "PidFile /run/sshd.pid",
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "PermitRootLogin prohibit-password",
    "LogLevel VERBOSE",
    "",
  ].join("\n");
