import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import type { GpuEvent } from "../../src/telemetry/events.ts";
import { ca3, ca3Process, startCa3 } from "../helpers/cli.ts";
import { untilMet } from "../helpers/until.ts";
import { running, smiFolder, starts } from "./nvidia-smi-rig.ts";

const folder = smiFolder();
afterAll(folder.remove);

const fast = ["--smi-poll", "50ms", "--sample-interval", "200ms"];
const eventsIn = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as GpuEvent);

describe.concurrent("ca3 producer --source nvidia-smi", () => {
  test("writes what --replay reads: a recording", async () => {
    const recorded = await ca3Process([
      ...["producer", "--source", "nvidia-smi", "--smi-path", folder.machine(), ...fast, "--count", "8"],
    ]);
    expect(recorded.code).toBe(0);
    const events = eventsIn(recorded.out);
    expect(events).toHaveLength(8);
    expect(recorded.err).toContain("source: GPUs of ");
    const file = folder.path("run.jsonl");
    writeFileSync(file, recorded.out);
    const replayed = await ca3(["producer", "--replay", file, "--speed", "max"]);
    expect(replayed.code).toBe(0);
    const again = eventsIn(replayed.out);
    const figures = ({ event_id, ts, gpu_uuid, interval_s, utilization, energy_j, quality }: GpuEvent) => {
      return { event_id, ts, gpu_uuid, interval_s, utilization, energy_j, quality };
    };
    expect(again.map(figures)).toEqual(events.map(figures));
  });

  test("runs in up, and its cards cost in the report what they cost", async () => {
    const data = folder.path("data");
    const machine = folder.machine({ SMI_MACHINE: "h100-mig" });
    const up = await ca3Process([
      ...["up", "--source", "nvidia-smi", "--smi-path", machine, ...fast, "--count", "8", "--once"],
      ...["--data", data, "--price-per-hour", "3.6"],
    ]);
    expect([up.code, up.err]).toEqual([0, expect.stringContaining("8 events stored")]);
    const { out } = await ca3(["report", "--data", data, "--output", "json"]);
    const { totals } = JSON.parse(out) as { totals: Record<string, number> };
    // Two spans of four parts; $3.6 an hour are 1000 micro-dollars a second.
    expect(totals["gpuSeconds"]).toBeGreaterThan(0.35);
    expect(Math.abs(totals["allocationMicroUsd"]! - totals["gpuSeconds"]! * 1_000)).toBeLessThan(5);
    expect(Math.abs(totals["energyJoules"]! / totals["gpuSeconds"]! - 433.78)).toBeLessThan(2);
  });

  test("takes prices from the flag", async () => {
    const { out } = await ca3([
      ...[
        "producer",
        "--source",
        "nvidia-smi",
        "--smi-path",
        folder.machine({ SMI_MACHINE: "k80" }),
        ...fast,
      ],
      ...["--count", "1", "--price-per-hour", "0.90"],
    ]);
    expect(eventsIn(out)[0]).toMatchObject({ price_per_hour_microusd: 900_000, price_source: "config" });
  });

  test.each([
    [
      ["--smi-path", "nvidia-smi-that-is-not-there"],
      "there is no nvidia-smi-that-is-not-there on this machine",
    ],
    [["--smi-path", "/no/such/nvidia-smi"], "there is no /no/such/nvidia-smi"],
    [["--smi-path", "/etc/passwd"], "/etc/passwd may not be run by this user"],
    [["--smi-path", "/etc/"], "/etc is not a program"],
  ])("%p cannot be run, and the message says what to do", async (words, message) => {
    const { code, out, notes } = await ca3(["producer", "--source", "nvidia-smi", ...words]);
    expect([code, out]).toEqual([1, ""]);
    expect(notes).toContain(message);
    expect(notes).toMatch(/try: .*(--smi-path|chmod)/);
    expect(notes).toContain("see: ca3 help errors CA3_SOURCE");
  });

  test.each(["SIGINT", "SIGTERM"] as const)("ends at once on %s, with what it started", async (signal) => {
    const machine = folder.machine({ SMI_STALL_AFTER: 20 });
    const program = startCa3(["producer", "--source", "nvidia-smi", "--smi-path", machine, ...fast]);
    const reader = program.stdout.getReader();
    await reader.read();
    const pids = running(machine);
    expect(pids.length).toBeGreaterThan(0);
    const begunMs = Date.now();
    program.kill(signal);
    expect(await program.exited).toBe(0);
    expect(Date.now() - begunMs).toBeLessThan(2_000);
    await untilMet(() => running(machine).length === 0);
  });

  test("leaves nothing behind when it is killed, although nvidia-smi hangs", async () => {
    const machine = folder.machine({ SMI_STALL_AFTER: 10 });
    const program = startCa3([
      ...["producer", "--source", "nvidia-smi", "--smi-path", machine, "--smi-poll", "1s"],
      ...["--sample-interval", "1s"],
    ]);
    await untilMet(() => starts(machine).length > 0);
    program.kill("SIGKILL");
    await program.exited;
    await untilMet(() => running(machine).length === 0);
  });
});
