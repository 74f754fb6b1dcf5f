import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TelemetryEvent } from "../../src/telemetry/events.ts";
import { ca3, ca3Process, startCa3 } from "../helpers/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "ca3-producer-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const made = ["producer", "--speed", "max", "--start", "2026-01-01T00:00:00Z", "--hostname", "h"];
const events = (out: string) =>
  out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TelemetryEvent);

describe("ca3 producer to stdout", () => {
  test("writes so many events as JSON lines, the same bytes for the same seed and start", async () => {
    const [one, again, other] = [
      await ca3([...made, "--count", "50"]),
      await ca3([...made, "--count", "50"]),
      await ca3([...made, "--count", "50", "--seed", "2"]),
    ];
    expect([one.code, events(one.out).length]).toEqual([0, 50]);
    expect(again.out).toBe(one.out);
    expect(other.out).not.toBe(one.out);
  });

  test("says on stderr what runs, that it is synthetic, and what was sent", async () => {
    const { notes } = await ca3([...made, "--count", "50", "--rate", "1"]);
    expect(notes).toContain("source: synthetic load: 1 events/s on 1 × RTX 3090 and 1 × A100 40GB");
    expect(notes).toContain("note: Requests and GPUs are synthetic: nothing here was measured.");
    expect(notes).toMatch(/^sent 50 events, [\d.]+ KiB, in \d+ ms/m);
  });

  test("a recording can be replayed", async () => {
    const recorded = join(folder, "recorded.jsonl");
    const first = await ca3([...made, "--count", "3000", "--rate", "10"]);
    writeFileSync(recorded, `${first.out}\n`);
    const replayed = await ca3(["producer", "--replay", recorded, "--speed", "max", "--time", "kept"]);
    expect(replayed.code).toBe(0);
    const kept = (out: string) => events(out).map((event) => [event.ts, event.host]);
    expect(kept(replayed.out)).toEqual(kept(first.out));
  });

  test("a relative trace is found from the folder the command runs in, broken rows are counted with --lenient", async () => {
    writeFileSync(
      join(folder, "t.csv"),
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,3,4\nsoon,1,1\n",
    );
    const line = ["producer", "--replay", "t.csv", "--speed", "max"];
    const strict = await ca3(line, { cwd: folder });
    expect([strict.code, strict.out]).toEqual([2, ""]);
    expect(strict.notes).toContain("t.csv:3");
    const lenient = await ca3([...line, "--lenient"], { cwd: folder });
    expect(lenient.code).toBe(0);
    expect(lenient.notes).toContain("skipped 1 row that cannot be read");
  });

  test.each([
    [["--speed", "60x"], "would run ahead of the clock"],
    [["--source", "replay"], "the source replay needs a file"],
    [["--rate", "0", "--batch", "x"], "--batch: expected a whole number"],
    [["--source", "nvidia"], "--source: expected one or more of synthetic, replay"],
    [["--gpu", "H9000"], "unknown GPU H9000; known are RTX 3090, A100 40GB"],
    [["--to", "kafka"], "needs brokers to start from"],
  ])("%p is refused with exit 2 and a reason", async (words, reason) => {
    const { code, out, notes } = await ca3(["producer", ...words]);
    expect([code, out]).toEqual([2, ""]);
    expect(notes).toContain(reason);
  });
});

describe("the program", () => {
  test("ends with 0 when the reader of its output goes away", async () => {
    const program = startCa3(["producer", "--rate", "2000"]);
    const reader = program.stdout.getReader();
    await reader.read();
    await reader.cancel();
    expect(await program.exited).toBe(0);
    expect(await new Response(program.stderr).text()).not.toContain("error");
  });

  test("SIGTERM sends what was read and ends with 0; every line is whole", async () => {
    const program = startCa3(["producer", "--rate", "500"]);
    const reader = program.stdout.getReader();
    const decoder = new TextDecoder();
    let out = "";
    for (let killed = false; ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      out += decoder.decode(value, { stream: true });
      if (!killed && out.split("\n").length > 100) {
        killed = true;
        program.kill("SIGTERM");
      }
    }
    expect(await program.exited).toBe(0);
    const notes = await new Response(program.stderr).text();
    const sent = Number(/sent ([\d,]+) events/.exec(notes)![1]!.replace(",", ""));
    expect(events(out)).toHaveLength(sent);
  });

  test("reads the variables of the reference system", async () => {
    const env = { RATE: "1000", BATCH: "5", GPU_SEED: "7", HOSTNAME: "pod-1", SLEEP_SEC: "0" };
    const { code, out, err } = await ca3Process(["producer", "--count", "10"], { env });
    expect(code).toBe(0);
    expect(new Set(events(out).map(({ host }) => host))).toEqual(new Set(["pod-1"]));
    expect(err).toContain("1000 events/s");
    expect(err).toContain("seed 7");
  });
});
