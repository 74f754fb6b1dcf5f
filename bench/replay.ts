/**
 * How fast recorded traces become events: `bun bench/replay.ts [rows]`. Prints rows read through per second, events
 * made per second, what a resume costs per million rows, and the most memory the process held. Medians of three runs.
 */

import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openReplay } from "../src/producer/replay/index.ts";
import { encodeEvent } from "../src/telemetry/encode.ts";
import { gpuEvent, tokenEvent } from "../tests/samples/events.ts";

const ROWS = Number(process.argv[2] ?? 1_000_000);
const RUNS = 3;
const folder = mkdtempSync(join(tmpdir(), "ca3-bench-replay-"));
const START_MS = Date.UTC(2025, 7, 11);
const SAMPLE = "assets/samples/azure-llm-inference-2023-conv.csv";
const tokens = readFileSync(SAMPLE, "utf8")
  .split("\r\n")
  .slice(1)
  .filter(Boolean)
  .map((row) => row.slice(28));
const iso = (ms: number) => new Date(ms).toISOString();

/** Rows a fifth of a second apart, in the shape of each format. */
const formats: Readonly<
  Record<string, { header?: string; row: (i: number, ms: number) => string; share: number }>
> = {
  "Azure trace": {
    header: "TIMESTAMP,ContextTokens,GeneratedTokens",
    row: (i, ms) => `${iso(ms).replace("T", " ").slice(0, 23)}0000,${tokens[i % tokens.length]}`,
    share: 1,
  },
  "nvidia-smi log": {
    header:
      "timestamp, index, uuid, name, utilization.gpu [%], memory.used [MiB], memory.total [MiB], power.draw [W]",
    row: (i, ms) =>
      `${iso(ms).replace("T", " ").replaceAll("-", "/").slice(0, 23)}, ${i % 8}, GPU-5e2f1c88-90a4-4c1b-b6a1-0d9f3c1f7a2${i % 8}, NVIDIA A100-SXM4-40GB, ${i % 101} %, 31250 MiB, 40960 MiB, ${(i % 300) + 100}.25 W`,
    share: 0.2,
  },
  "vLLM counters": {
    header: "timestamp,model_name,prompt_tokens_total,generation_tokens_total,request_success_total",
    row: (i, ms) => `${ms / 1000},m,${i * 374}.0,${i * 44}.0,${i}.0`,
    share: 0.2,
  },
  "events of ca3": {
    row: (i, ms) =>
      JSON.stringify(
        i % 2 ? gpuEvent({ event_id: `g${i}`, ts: iso(ms) }) : tokenEvent({ event_id: `t${i}`, ts: iso(ms) }),
      ),
    share: 0.2,
  },
};

function writeTrace(name: string, rows: number): string {
  const { header, row } = formats[name]!;
  const path = join(folder, name.replaceAll(" ", "-"));
  const file = openSync(path, "w");
  let part = header === undefined ? "" : `${header}\n`;
  for (let i = 0; i < rows; i++) {
    part += `${row(i, START_MS + i * 200)}\n`;
    if (part.length < 1 << 20) continue;
    writeSync(file, part);
    part = "";
  }
  writeSync(file, part);
  closeSync(file);
  return path;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const perSecond = (count: number, ms: number): string =>
  `${Math.round((count / ms) * 1000).toLocaleString("en-US")}/s`;
const signal = new AbortController().signal;

for (const [name, { share }] of Object.entries(formats)) {
  const rows = Math.round(ROWS * share);
  const file = writeTrace(name, rows);
  const timed = {
    open: [] as number[],
    read: [] as number[],
    encode: [] as number[],
    resume: [] as number[],
  };
  let events = 0;
  for (let run = 0; run < RUNS; run++) {
    const startMs = START_MS + 400 * 86_400_000;
    const before = performance.now();
    const source = await openReplay({ files: [file], speed: "max", loop: 1, time: "shifted", startMs });
    timed.open.push(performance.now() - before);
    for (const mode of ["read", "encode"] as const) {
      const begun = performance.now();
      let checkpoint = "";
      events = 0;
      for await (const batch of source.read(signal)) {
        events += batch.events.length;
        if (mode === "encode") for (const { event } of batch.events) encodeEvent(event);
        checkpoint = batch.checkpoint;
      }
      timed[mode].push(performance.now() - begun);
      if (mode === "read") {
        const resumed = performance.now();
        for await (const _ of source.read(signal, checkpoint)) throw new Error("nothing should be left");
        timed.resume.push(performance.now() - resumed);
      }
    }
  }
  const mib = (statSync(file).size / 2 ** 20).toFixed(0);
  const resumeMs = Math.round((median(timed.resume) / rows) * 1e6);
  process.stdout.write(
    `${name}: ${rows.toLocaleString("en-US")} rows, ${mib} MiB: read through ${perSecond(rows, median(timed.open))}, ` +
      `events ${perSecond(events, median(timed.read))}, with encoding ${perSecond(events, median(timed.encode))}, ` +
      `resume ${resumeMs} ms per million rows\n`,
  );
}
rmSync(folder, { recursive: true });
process.stdout.write(`most memory held: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`);
