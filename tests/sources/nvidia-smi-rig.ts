import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createJoin } from "../../src/producer/join/join.ts";
import type { JoinRule } from "../../src/producer/join/rules.ts";
import { smiProgram } from "../../src/producer/smi/program.ts";
import type { EventSource } from "../../src/producer/source.ts";
import { type SmiSourceOptions, smiSource } from "../../src/producer/sources/nvidia-smi.ts";
import { systemClock } from "../../src/support/clock.ts";
import type { GpuEvent } from "../../src/telemetry/events.ts";

const fixture = resolve("tests/fixtures/bin/nvidia-smi");

export type Machine = Readonly<Record<`SMI_${string}`, string | number>>;

/** A folder with programs that are nvidia-smi on some machine, each in some trouble. */
export function smiFolder() {
  const folder = mkdtempSync(join(tmpdir(), "ca3-smi-"));
  let made = 0;
  return {
    path: (name: string) => join(folder, name),
    /** Path of a new nvidia-smi; the variables are those of the fixture. */
    machine(variables: Machine = {}): string {
      const path = join(folder, `nvidia-smi-${made++}`);
      const all = { SMI_STARTS: `${path}.starts`, ...variables };
      const words = Object.entries(all).map(([name, value]) => `${name}='${value}'`);
      writeFileSync(path, `#!/bin/sh\nexec env ${words.join(" ")} ${fixture} "$@"\n`, { mode: 0o755 });
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export type Opened = EventSource & { readonly join: ReturnType<typeof createJoin> };

/** A source that reads fast, so that tests need not wait. */
export function openSmi(path: string, more: Partial<SmiSourceOptions> & { rules?: JoinRule[] } = {}): Opened {
  const join = createJoin(more.rules ?? [], ["nvidia-smi"]);
  let boots = 0;
  const source = smiSource({
    ...{ name: "nvidia-smi", host: "node-1", pollMs: 50, spanMs: 200, startMs: 10_000, join },
    program: smiProgram(path, 10_000),
    priceOf: () => ({ microUsdPerHour: 3_600_000, source: "config" }),
    clock: systemClock,
    newBootId: () => `boot-${boots++}`,
    backoff: { firstMs: 20, maxMs: 50 },
    leastStallMs: 400,
    ...more,
  });
  return { ...source, join };
}

/** Reads until `enough`, then stops the source; at most ten seconds. */
export async function readUntil(
  source: EventSource,
  enough: (events: readonly GpuEvent[]) => boolean,
): Promise<GpuEvent[]> {
  const stop = new AbortController();
  const events: GpuEvent[] = [];
  const look = setInterval(() => enough(events) && stop.abort(), 20);
  const late = setTimeout(() => stop.abort(), 10_000);
  try {
    for await (const batch of source.read(stop.signal)) {
      events.push(...batch.events.map(({ event }) => event as GpuEvent));
      if (enough(events)) stop.abort();
    }
  } finally {
    clearInterval(look);
    clearTimeout(late);
  }
  if (!enough(events)) throw new Error(`not enough of ${events.length} events: ${source.health().detail}`);
  return events;
}

/** Ids of the processes of a machine that began to watch, in order. */
export function starts(machine: string): number[] {
  try {
    return readFileSync(`${machine}.starts`, "utf8").split("\n").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** The processes of a machine that are there now: guards by their words, the program by the ids it wrote down. */
export function running(machine: string): number[] {
  const started = new Set(starts(machine));
  return Bun.spawnSync(["ps", "-eo", "pid=,stat=,args="])
    .stdout.toString()
    .split("\n")
    .map((line) => /^\s*(\d+) (\S+) (.*)$/.exec(line))
    .filter((line) => line !== null && !line[2]!.startsWith("Z") && !line[3]!.includes("src/main.ts"))
    .filter((line) => started.has(Number(line![1])) || line![3]!.includes(machine))
    .map((line) => Number(line![1]));
}
