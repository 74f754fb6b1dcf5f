import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataFiles } from "../../src/local/data-files.ts";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import type { TelemetryEvent } from "../../src/telemetry/events.ts";
import { buildReport } from "../../src/telemetry/report.ts";
import { planRollups } from "../../src/telemetry/rollup-plan.ts";
import type { Slo } from "../../src/telemetry/slo.ts";
import { ca3, ca3Process } from "../helpers/cli.ts";
import { gpuEvent, tokenEvent } from "../samples/events.ts";
import { rowsOf } from "../samples/rows.ts";

const root = mkdtempSync(join(tmpdir(), "ca3-report-cli-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function folderWith(name: string, events: readonly TelemetryEvent[], slo?: Slo): Promise<string> {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  const store = openEmbeddedStore(dataFiles(folder).storePath);
  const items = events.map((event, offset) => ({ event, tsMs: Date.parse(event.ts), offset }));
  await store.applyRollups(planRollups("log/topic/0", items, slo));
  await store.close();
  return folder;
}

const gpu = gpuEvent({ ts: "2026-03-01T11:00:00.000Z", interval_s: 3_600, quality: "synthetic" });
const idle = gpuEvent({ ts: "2026-03-01T12:00:00.000Z", interval_s: 3_600, quality: "synthetic" });
const events = [
  gpu,
  idle,
  tokenEvent({ team: "search", latency_s: 1 }),
  tokenEvent({ team: "ads", model: "qwen-2.5-7b", input_tokens: 3_000, output_tokens: 1_000 }),
];
const full = await folderWith("full", events);
const empty = await folderWith("empty", []);

describe("ca3 report", () => {
  test("prints what tokens and GPUs cost, with the notes that belong to the numbers", async () => {
    const { code, out, notes } = await ca3(`report --data ${full}`, { columns: 90 });
    expect([code, notes]).toEqual([0, ""]);
    expect(out).toMatchInlineSnapshot(`
      "2026-03-01 10:00 to 2026-03-01 12:00 UTC, 2 requests

      MODEL         INPUT  OUTPUT       $/1M    $/1M IN   $/1M OUT  J/TOKEN
      qwen-2.5-7b   3,000   1,000    $707.14    $514.29  $1,285.71   176.79
      llama-3.1-8b  1,000     200    $642.86    $514.29  $1,285.71   160.71
      (no tokens)       0       0          –          –          –        –
      total         4,000   1,200  $1,384.62  $1,028.57  $2,571.43   346.15

      MODEL            COST     USED     IDLE   UNUSED    BUSY  GPU-H     ENERGY
      qwen-2.5-7b   $2.8286  $1.4143  $1.4143    $0.00  50.0 %   0.79  0.196 kWh
      llama-3.1-8b  $0.7714  $0.3857  $0.3857    $0.00  50.0 %   0.21  0.054 kWh
      (no tokens)   $3.6000  $1.8000  $1.8000  $1.8000  50.0 %   1.00  0.250 kWh
      total         $7.2000  $3.6000  $3.6000  $1.8000  50.0 %   2.00  0.500 kWh

      MODEL         TTFT P50  TTFT P99  TPOT P50  TPOT P99  E2E P50  E2E P99
      qwen-2.5-7b          –         –         –         –        –        –
      llama-3.1-8b         –         –         –         –   875 ms   998 ms
      (no tokens)          –         –         –         –        –        –
      total                –         –         –         –   875 ms   998 ms

      USED: price × time the GPU was busy. IDLE: the rest. UNUSED: the part of it in hours in which nothing ran.
      note: GPU figures are modelled, not measured: utilisation, power, energy and cost follow the tokens by a formula.
      note: Input and output cost are split by a fixed weight (an output token counts as 2.5 input tokens), because prefill and decode were not timed."
    `);
  });

  test("says how many requests were good, and what one cost, when that was declared", async () => {
    const judged = await folderWith("judged", events, { e2e: 1 });
    const { out } = await ca3(`report --data ${judged} --by team`);
    expect(out.split("\n\n")[4]).toMatchInlineSnapshot(`
      "TEAM       JUDGED  GOOD  TTFT LATE  TPOT LATE  E2E LATE   $/GOOD
      ads             0     0          0          0         0        –
      search          1     1          0          0         0  $0.7714
      (no team)       0     0          0          0         0        –
      total           1     1          0          0         0  $3.6000"
    `);
  });

  test("fits 80 columns", async () => {
    const { out } = await ca3(`report --data ${full} --by gpu`);
    const tables = out.split("\n").filter((line) => !line.startsWith("note:") && !line.startsWith("USED:"));
    expect(Math.max(...tables.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test.each(["model", "gpu", "host", "team", "tenant", "hour", "gpuModel", "source"] as const)(
    "as JSON by %s is the report itself, totals first",
    async (by) => {
      const { code, out } = await ca3(`report --data ${full} --by ${by} --output json`);
      expect([code, JSON.parse(out)]).toEqual([
        0,
        JSON.parse(JSON.stringify(buildReport(rowsOf(events), by))),
      ]);
      expect(out).toStartWith(
        '{"totals":{"requests":2,"inputTokens":4000,"outputTokens":1200,"energyJoules":1800000,',
      );
    },
  );

  test("as CSV has a line per group, and leaves the notes to stderr", async () => {
    const { bytes, out, notes } = await ca3(`report --data ${full} --by team --output csv`);
    const lines = new TextDecoder().decode(bytes).split("\r\n");
    expect(out).toBe("");
    expect(lines[0]).toStartWith(
      "key,label,requests,inputTokens,outputTokens,energyJoules,allocationMicroUsd",
    );
    expect(lines.slice(1, 4).map((line) => line.split(",")[0])).toEqual(["ads", "search", '""']);
    expect(notes).toContain("note: GPU figures are modelled, not measured");
  });

  test("as FOCUS has a row per hour, GPU and payer", async () => {
    const { bytes } = await ca3(`report --data ${full} --output focus`);
    const lines = new TextDecoder().decode(bytes).trimEnd().split("\r\n");
    expect(lines.length).toBe(1 + 3);
    expect(lines[0]).toStartWith("BilledCost,BillingAccountId,");
  });

  test("counts only what lies in the window", async () => {
    const window = "--from 2026-03-01T11:00 --to 2026-03-01T12:00";
    const { out } = await ca3(`report --data ${full} ${window} --output json`);
    const { totals } = JSON.parse(out);
    expect(totals).toMatchObject({
      requests: 0,
      allocationMicroUsd: 3_600_000,
      idleUnallocatedMicroUsd: 1_800_000,
    });
  });
});

describe("ca3 report where there is nothing", () => {
  test("an empty store says so and what to type next, and JSON stays whole", async () => {
    const text = await ca3(`report --data ${empty}`);
    expect(text).toMatchObject({
      code: 0,
      out: "",
      notes: `no events are stored yet\nnext: ca3 up --data ${empty}`,
    });
    const json = await ca3(`report --data ${empty} --output json`);
    expect(JSON.parse(json.out)).toMatchObject({ totals: { requests: 0 }, groups: [], from: null });
  });

  test("an empty window says when there is something", async () => {
    const { code, notes } = await ca3(`report --data ${full} --from 2026-05-01`);
    expect(code).toBe(0);
    expect(notes).toContain(
      "no events in this window; there are some from 2026-03-01T10:00:05.000Z to 2026-03-01T12:00:00.000Z",
    );
  });

  test("a folder without a store is an error with the command that makes one", async () => {
    const { code, notes } = await ca3(`report --data ${join(root, "nowhere")}`);
    expect(code).toBe(1);
    expect(notes).toContain(`try: ca3 up --data ${join(root, "nowhere")}`);
  });

  test.each([
    ["--last soon", "--last: expected a time with its unit"],
    ["--by colour", "colour"],
  ])("a wrong flag exits with 2 and is named: %s", async (flags, message) => {
    const { code, notes } = await ca3(`report --data ${full} ${flags}`);
    expect([code, notes.includes(message)]).toEqual([2, true]);
  });
});

test("the program itself finds the folder in CA3_DATA", async () => {
  const { code, out, err } = await ca3Process(["report", "--output", "json"], { env: { CA3_DATA: full } });
  expect([code, err]).toEqual([0, ""]);
  expect(JSON.parse(out)).toMatchObject({ version: 1, totals: { requests: 2 } });
});
