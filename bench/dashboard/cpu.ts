import { readdirSync, readFileSync } from "node:fs";

/** Ticks of the kernel's CPU times per second, always 100 for user space on Linux (proc(5)). */
const TICKS_PER_S = 100;

type Running = { readonly parent: number; readonly cpuS: number };

function running(pid: number): Running | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(fields[1]), cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S };
  } catch {
    return undefined;
  }
}

/** Seconds of CPU that a process has used so far; 0 when it has gone. */
export const cpuSeconds = (pid: number): number => running(pid)?.cpuS ?? 0;

/** The processes of Chromium below this one, by what they do: renderer, gpu-process, utility, browser. */
export function chromiumProcesses(): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || !isBelow(pid, process.pid)) continue;
    const words = commandOf(pid);
    if (!/chrom/.test(words[0] ?? "")) continue;
    found.set(pid, words.find((word) => word.startsWith("--type="))?.slice(7) ?? "browser");
  }
  return found;
}

function isBelow(pid: number, ancestor: number): boolean {
  for (let at = pid; at > 1; at = running(at)?.parent ?? 0) if (at === ancestor) return true;
  return false;
}

function commandOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split(/[\0 ]/);
  } catch {
    return [];
  }
}
