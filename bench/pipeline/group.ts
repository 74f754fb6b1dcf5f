import type { Admin } from "kafkajs";
import { cpuSeconds, peakRssMb } from "./proc.ts";
import type { Measured } from "./report.ts";

const LOOK_MS = 50;
/** Looking takes the broker's time, so it is done less often as long as the end is far. */
const FAR_MS = 500;
const NEARLY_DONE = 0.9;
const PATIENCE_MS = 900_000;

export type Reading = {
  readonly group: string;
  readonly topics: readonly string[];
  /** How many consumers the program has. */
  readonly members: number;
  readonly pid: number;
};

/** Records that the group has committed to have done. */
async function committed(admin: Admin, { group, topics }: Reading): Promise<number> {
  const answers = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
  return answers
    .flatMap(({ partitions }) => partitions)
    .reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
}

/**
 * Measures a program that reads topics as a group, from the last look at which it did not have its partitions yet to the
 * first at which it has committed all records.
 */
export async function measureGroup(admin: Admin, reading: Reading, records: number): Promise<Measured> {
  const { pid, group } = reading;
  let start = { ms: performance.now(), cpu: cpuSeconds(pid) };
  await until(`${group} has its partitions`, async () => {
    const now = { ms: performance.now(), cpu: cpuSeconds(pid) };
    if (await isJoined(admin, reading)) return true;
    start = now;
    return false;
  });
  await until(`${group} has done all`, async () => {
    const done = await committed(admin, reading);
    if (done < NEARLY_DONE * records) await Bun.sleep(FAR_MS);
    return done >= records;
  });
  const seconds = (performance.now() - start.ms) / 1000;
  return { events: records, seconds, cpuSeconds: cpuSeconds(pid) - start.cpu, peakMb: peakRssMb(pid) };
}

/** The group has all its members, and each has its partitions. */
export async function isJoined(admin: Admin, { group, members }: Reading): Promise<boolean> {
  const found = (await admin.describeGroups([group])).groups[0];
  return found?.state === "Stable" && found.members.length === members;
}

export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
    await Bun.sleep(LOOK_MS);
  }
}
