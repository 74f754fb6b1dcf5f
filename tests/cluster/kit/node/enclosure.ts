import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../../../services/cache.ts";
import { startService } from "../../../services/process.ts";
import { WITH_US } from "../with-us.ts";
import { dropGroups, makeGroups } from "./control-groups.ts";
import { freeLink, type Link } from "./link.ts";
import { groupOf } from "./sweep.ts";

/**
 * Namespaces of their own for a node: its network, mounts and processes are seen by nobody else, and are gone with the
 * first of its processes, which the kernel ends when ours is gone. So nothing is left behind, however a test ends.
 */
export type Enclosure = AsyncDisposable & {
  /** Of the node, reached from here. */
  readonly address: string;
  /** Of this machine, reached from the node and its pods. */
  readonly outside: string;
  /** The enclosure's folder, as it is seen from outside. */
  readonly folder: string;
  /** The same folder, as it is seen from inside. */
  readonly home: string;
  /** A file of the folder, as it is seen from inside. */
  at(path: string): string;
  /** The control group of everything that the node runs. */
  readonly group: string;
  /** A command line that runs inside. */
  inside(...words: readonly string[]): string[];
  /** A command line that runs on the node's network, and sees the files from outside. */
  onNetwork(...words: readonly string[]): string[];
};

const HOME = "/mnt/node";
/** Where the programs of the kit are seen inside. */
export const PROGRAMS = "/mnt/bin";
/** Folders in which the programs of a node write, whatever they are told; each is hidden by one of the enclosure. */
const HIDDEN = ["/tmp", "/run", "/opt", "/var/lib", "/var/log"] as const;

/** First process of the enclosure: makes it ready, says so, and takes care of what others leave behind. */
const FIRST = `
mount -t tmpfs tmpfs /mnt
mkdir ${HOME} ${PROGRAMS}
mount --bind "$FOLDER" ${HOME}
mount --bind "$BIN" ${PROGRAMS}
for one in ${HIDDEN.join(" ")}; do mount --bind "${HOME}/hidden$one" "$one"; done
ip link set lo up
echo enclosed
trap 'exit 0' TERM INT
while :; do sleep 3600 & wait; done
`;

/** Needs root, and takes under a second. `programs` is the folder of what runs inside. */
export async function startEnclosure(folder: string, programs: string): Promise<Enclosure> {
  for (const one of HIDDEN) mkdirSync(join(folder, "hidden", one), { recursive: true });
  const group = groupOf(folder);
  makeGroups(group);
  const first = await startService({
    name: "enclosure",
    command: () => [
      ...[...WITH_US, "unshare", "--net", "--mount", "--propagation", "private", "--pid", "--fork"],
      ...["--kill-child", "--mount-proc", "sh", "-ec", FIRST],
    ],
    env: { FOLDER: folder, BIN: programs },
    ready: ({ output }) => output().includes("enclosed"),
  });
  const namespaces = (...names: readonly string[]) =>
    names.map((name) => {
      const own = name === "pid" ? "pid_for_children" : name === "mount" ? "mnt" : name;
      return `--${name}=/proc/${first.pid}/ns/${own}`;
    });
  const inside = (...words: readonly string[]) => [
    ...["nsenter", ...namespaces("net", "mount", "pid"), "--", ...words],
  ];
  const onNetwork = (...words: readonly string[]) => ["nsenter", ...namespaces("net"), "--", ...words];
  const end = async () => {
    // It does not listen to less; what runs inside goes with it.
    await first.kill();
    await first[Symbol.asyncDispose]();
    await dropGroups(group);
  };
  try {
    const link = await freeLink();
    await connect(link, first.pid, onNetwork);
    writeFileSync(join(folder, "pid"), String(process.pid));
    return {
      ...{ address: link.node, outside: link.here, folder, home: HOME, group, inside, onNetwork },
      at: (path) => path.replace(folder, HOME),
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** A cable between this machine and the node; it goes when the node's network does. */
async function connect(
  link: Link,
  pid: number,
  onNetwork: (...words: readonly string[]) => string[],
): Promise<void> {
  const ip = (...words: readonly string[]) => command(["ip", ...words]);
  const there = (...words: readonly string[]) => command(onNetwork(...words));
  await ip("link", "add", link.name, "type", "veth", "peer", "name", "eth0", "netns", String(pid));
  await ip("address", "add", `${link.here}/30`, "dev", link.name);
  await ip("link", "set", link.name, "up");
  await there("ip", "address", "add", `${link.node}/30`, "dev", "eth0");
  await there("ip", "link", "set", "eth0", "up");
  await there("ip", "route", "add", "default", "via", link.here);
  // Pods reach each other by way of the node, and Services by its rules.
  await there("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.bridge.bridge-nf-call-iptables=1");
}
