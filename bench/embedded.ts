/**
 * A whole replay through `ca3 up` on the embedded adapters, beside a raw batch insert of the very rows it stored:
 *   bun bench/embedded.ts [loops of the sample trace, 25] [rounds, 5] [executable, instead of the sources]
 * Rounds alternate; medians count. The goal is half of the raw rate, within 200 MB.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./embedded/median.ts";

const loops = Number(process.argv[2] ?? 25);
const rounds = Number(process.argv[3] ?? 5);
const program = process.argv[4]
  ? [process.argv[4]]
  : [process.execPath, join(import.meta.dir, "../src/main.ts")];

type Run = {
  readonly events: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
};

async function replay(data: string): Promise<Run> {
  const start = performance.now();
  const what = ["--replay", "sample", "--loop", String(loops), "--speed", "max", "--once"];
  const child = Bun.spawn([...program, "up", ...what, "--port", "0", "--data", data], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const notes = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(notes);
  const seconds = (performance.now() - start) / 1000;
  const usage = child.resourceUsage()!;
  const events = Number(/done: ([\d,]+) events/.exec(notes)![1]!.replaceAll(",", ""));
  return { events, seconds, cpuSeconds: Number(usage.cpuTime.total) / 1e6, rssMb: usage.maxRSS / 1e6 };
}

/** In a process of its own: what is started inherits the peak memory of whoever starts it. */
async function rawInsert(store: string): Promise<Run> {
  const script = join(import.meta.dir, "embedded/raw-insert.ts");
  const child = Bun.spawn([process.execPath, script, store, join(folder, "raw.db")]);
  return { ...JSON.parse(await new Response(child.stdout).text()), rssMb: 0 };
}

const folder = mkdtempSync(join(tmpdir(), "ca3-bench-embedded-"));
const replays: Run[] = [];
const raws: Run[] = [];
try {
  for (let round = 0; round < rounds; round++) {
    const data = join(folder, `round-${round}`);
    replays.push(await replay(data));
    raws.push(await rawInsert(join(data, "store.db")));
    rmSync(data, { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true });
}

const rate = (run: Run) => run.events / run.seconds;
const cpu = (run: Run) => (run.cpuSeconds * 1e6) / run.events;
const ratios = replays.map((run, at) => rate(run) / rate(raws[at]!));
const line = (name: string, runs: readonly Run[]) =>
  `${name.padEnd(24)} ${Math.round(median(runs.map(rate)))
    .toLocaleString("en-US")
    .padStart(9)} events/s  ` + `${median(runs.map(cpu)).toFixed(1).padStart(5)} CPU s/M`;
const peak = Math.max(...replays.map((run) => run.rssMb));
process.stdout.write(
  [
    `${line("ca3 up, whole replay", replays)}  ${peak.toFixed(0)} MB peak`,
    line("raw batch insert", raws),
    `ratio, median of ${rounds}: ${median(ratios).toFixed(2)}  (${replays[0]!.events.toLocaleString("en-US")} events a round)`,
    "",
  ].join("\n"),
);
