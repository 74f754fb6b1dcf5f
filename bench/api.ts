/**
 * How long the API takes over real HTTP while its store keeps taking events:
 *   bun bench/api.ts [events, 5000000] [folder of an earlier run, a new one under the system's temporary folder]
 * The limit, a server that answers `{}` and does nothing else, is measured in the same run.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "../src/store/embedded.ts";
import { planRollups } from "../src/telemetry/rollup-plan.ts";
import { questions } from "./api/questions.ts";
import { serve } from "./api/serve.ts";
import { batches, ticks } from "./store/workload.ts";

const RUNS = 60;
const END_MS = Date.UTC(2026, 5, 1, 12, 34, 50);
const print = (line: string) => process.stdout.write(`${line}\n`);

async function fill(path: string, events: number): Promise<void> {
  const store = openEmbeddedStore(path);
  const startedMs = performance.now();
  let count = 0;
  for (const { origin, events: batch } of batches(ticks(events, END_MS), 500)) {
    await store.insertEvents(batch);
    await store.applyRollups(planRollups(origin, batch));
    const newest = new Map(batch.map((one) => [subjectOf(one.event), one]));
    await store.keepLatest(
      [...newest].map(([subject, { kind, tsMs, event }]) => ({ kind, subject, tsMs, event })),
    );
    count += batch.length;
  }
  while ((await store.expire(END_MS)) > 0);
  await store.close();
  const seconds = (performance.now() - startedMs) / 1000;
  print(`${count.toLocaleString("en")} events stored in ${seconds.toFixed(0)} s`);
}
const subjectOf = (event: { source_id: string; gpu_uuid?: string }) => event.gpu_uuid ?? event.source_id;

async function measure(url: string): Promise<{ times: number[]; bytes: number }> {
  const times: number[] = [];
  let bytes = 0;
  for (let run = 0; run < RUNS; run++) {
    const startedMs = performance.now();
    const response = await fetch(url);
    bytes = (await response.arrayBuffer()).byteLength;
    times.push(performance.now() - startedMs);
    if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
    await Bun.sleep(10);
  }
  return { times, bytes };
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
function line(name: string, times: readonly number[], bytes: number): string {
  const sorted = [...times].sort((a, b) => a - b);
  const cells = [times[0]!, at(sorted, 0.5), at(sorted, 0.95)].map((ms) => ms.toFixed(1).padStart(9));
  return `${name.padEnd(26)}${cells.join("")}${(bytes / 1024).toFixed(0).padStart(8)} KiB`;
}

async function main(): Promise<void> {
  const folder = process.argv[3] ?? mkdtempSync(join(tmpdir(), "ca3-bench-"));
  const path = join(folder, "store.db");
  if (!existsSync(path)) await fill(path, Number(process.argv[2] ?? 5_000_000));
  const server = Bun.spawn([process.execPath, import.meta.path, "serve", path], { stdout: "pipe" });
  const [address] = await Array.fromAsync(firstLine(server.stdout));
  const [api, bare] = address!.split(" ") as [string, string];
  print(`${"".padEnd(26)} first ms   p50 ms   p95 ms     size`);
  const limit = await measure(bare);
  print(line("the limit: {}", limit.times, limit.bytes));
  const all: number[] = [];
  for (const [name, question] of Object.entries(questions)) {
    const { times, bytes } = await measure(new URL(question, api).href);
    all.push(...times);
    print(line(name, times, bytes));
  }
  print(line("all", all, 0));
  server.kill();
  if (process.argv[3] === undefined) rmSync(folder, { recursive: true });
}

async function* firstLine(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let text = "";
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("\n")) break;
  }
  yield text.trim();
}

if (process.argv[2] === "serve") await serve(process.argv[3]!, END_MS);
else await main();
