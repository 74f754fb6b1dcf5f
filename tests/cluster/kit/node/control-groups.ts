import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = "/sys/fs/cgroup";
const isUnified = (): boolean => existsSync(join(ROOT, "cgroup.controllers"));

/** The folders in which a control group of the first level lies: one, or one for each controller. */
function homes(): string[] {
  if (isUnified()) return [ROOT];
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(ROOT, entry.name, "cgroup.procs")))
    .map(({ name }) => join(ROOT, name));
}

/**
 * What a node's pods weigh beside everything else on the machine, for either form of control groups: sixteen times as much as
 * one process. What a pod requests has to be its own, as where a machine is a node and nothing else; tests that go by use
 * would otherwise see how busy the machine is.
 */
const WEIGHTS = { "cpu.shares": 16 * 1024, "cpu.weight": 16 * 100 } as const;

/** Makes an empty control group for a node, with every controller that there is. */
export function makeGroups(name: string): void {
  if (isUnified()) {
    const wanted = readFileSync(join(ROOT, "cgroup.controllers"), "utf8").trim().split(/\s+/);
    writeFileSync(join(ROOT, "cgroup.subtree_control"), wanted.map((one) => `+${one}`).join(" "));
  }
  for (const home of homes()) {
    const group = join(home, name);
    mkdirSync(group, { recursive: true });
    // Processors and memory banks are not inherited: without any, nothing may run in the group.
    for (const file of ["cpuset.cpus", "cpuset.mems"])
      if (!isUnified() && existsSync(join(home, file)))
        writeFileSync(join(group, file), readFileSync(join(home, file), "utf8"));
    for (const [file, weight] of Object.entries(WEIGHTS))
      if (existsSync(join(group, file))) writeFileSync(join(group, file), String(weight));
  }
}

/** Removes a control group with all below it, once its last process has ended. */
export async function dropGroups(name: string, deadlineMs = Date.now() + 10_000): Promise<void> {
  for (const home of homes()) {
    const group = join(home, name);
    while (existsSync(group) && !dropped(group)) {
      if (Date.now() > deadlineMs) throw new Error(`${group} still has processes`);
      await Bun.sleep(50);
    }
  }
}

/** The names of the control groups that nodes have, or had. */
export const groupsOf = (pattern: RegExp): string[] => [
  ...new Set(homes().flatMap((home) => readdirSync(home).filter((name) => pattern.test(name)))),
];

function dropped(group: string): boolean {
  const below = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (!below.map(({ name }) => dropped(join(group, name))).every(Boolean)) return false;
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
