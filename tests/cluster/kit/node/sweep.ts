import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dropGroups, groupsOf } from "./control-groups.ts";

const needed: Readonly<Record<string, string>> = {
  ...{ containerd: "containerd", ctr: "containerd", runc: "runc", iptables: "iptables", ip: "iproute2" },
  ...{ nsenter: "util-linux", unshare: "util-linux", setpriv: "util-linux", sysctl: "procps" },
};
const PLUGINS = "/usr/lib/cni/bridge";

/** Throws with the reason when no node can run here. */
export function requireNode(): void {
  if (process.platform !== "linux") throw new Error("a node needs Linux");
  if (process.getuid?.() !== 0) throw new Error("a node needs root");
  const path = `${process.env.PATH}:/usr/sbin:/sbin`;
  const missing = Object.entries(needed).flatMap(([program, from]) =>
    Bun.which(program, { PATH: path }) === null ? [from] : [],
  );
  if (!existsSync(PLUGINS)) missing.push("containernetworking-plugins");
  if (missing.length > 0) throw new Error(`a node needs the packages ${[...new Set(missing)].join(", ")}`);
}

/** Removes what nodes left behind whose test was killed: folders and control groups. Nothing else outlives them. */
export async function sweep(): Promise<void> {
  const names = readdirSync(tmpdir()).filter((name) => /^ca3-node-\w+$/.test(name));
  const dead = names.filter((name) => {
    const pid = join(tmpdir(), name, "pid");
    return existsSync(pid) && !existsSync(`/proc/${readFileSync(pid, "utf8")}`);
  });
  for (const name of dead) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  const alive = new Set(names.filter((name) => !dead.includes(name)).map(groupOf));
  for (const group of groupsOf(/^ca3-node-/)) if (!alive.has(group)) await dropGroups(group);
}

/** The control group of the node with this folder. */
export const groupOf = (folder: string): string => folder.slice(folder.lastIndexOf("/") + 1);
