import { readFileSync } from "node:fs";

/** Clock ticks of a second, as Linux counts them on every platform Bun runs on. */
const TICKS_PER_SECOND = 100;

/** CPU seconds that a process has used so far, all its threads together; from /proc. */
export function cpuSeconds(pid: number | "self"): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // the name in parentheses may hold anything; user and system time are fields 14 and 15
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The most memory that a process had resident at any time, MB; from /proc. */
export function peakRssMb(pid: number | "self"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return (Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024) / 1e6;
}
