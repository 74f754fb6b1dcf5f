import { existsSync, readdirSync, readFileSync } from "node:fs";

/**
 * Stops a program where it is, as by SIGSTOP, and resolves when it has stopped: on a busy machine its threads go on for up
 * to half a second after the signal was sent, and answer what they are asked.
 */
export async function pause(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  while (threadStates(pid).some((state) => state !== "T")) await Bun.sleep(5);
}

export const resume = (pid: number): void => void process.kill(pid, "SIGCONT");

/** One letter per thread, as in proc(5); none where the system does not say. */
function threadStates(pid: number): string[] {
  const folder = `/proc/${pid}/task`;
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((thread) => {
    try {
      const stat = readFileSync(`${folder}/${thread}/stat`, "utf8");
      // the name in parentheses may hold anything
      return stat[stat.lastIndexOf(")") + 2] ?? [];
    } catch {
      return []; // it has ended
    }
  });
}
