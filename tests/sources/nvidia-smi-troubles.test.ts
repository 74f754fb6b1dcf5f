import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { smiProgram } from "../../src/producer/smi/program.ts";
import type { EventSource, SourceMeters } from "../../src/producer/source.ts";
import type { GpuEvent } from "../../src/telemetry/events.ts";
import { type Machine, openSmi, readUntil, smiFolder } from "./nvidia-smi-rig.ts";

const folder = smiFolder();
afterAll(folder.remove);

const bootsOf = (events: readonly GpuEvent[]) => new Set(events.map(({ boot_id }) => boot_id));

/** What the source said of itself, each sentence once. */
function listen(source: EventSource, heard: Set<string>): EventSource {
  const look = () => heard.add(`${source.health().ok ? "ok" : "not ok"}: ${source.health().detail}`);
  const meters: SourceMeters = {
    ...{ timed: () => {}, reset: () => {}, rescaled: () => {}, missing: () => {} },
    failed: (reason) => void heard.add(`counted ${reason}`),
  };
  source.countIn!(meters);
  return {
    ...source,
    async *read(signal, resume) {
      const timer = setInterval(look, 5);
      try {
        yield* source.read(signal, resume);
      } finally {
        clearInterval(timer);
        look();
      }
    },
  };
}

describe.concurrent("a trouble that passes", () => {
  const twice = { SMI_GOOD_FROM: 3 };
  test.each<[string, string, RegExp, Machine]>([
    [
      "the driver does not run",
      "driver_not_running",
      /couldn't communicate.*modprobe nvidia/,
      { SMI_FAIL: "driver" },
    ],
    [
      "a driver update without a restart",
      "driver_mismatch",
      /version mismatch.*restart/,
      { SMI_FAIL: "mismatch" },
    ],
    ["no permission", "no_permission", /Insufficient Permissions.*\/dev\/nvidia/, { SMI_FAIL: "permission" }],
    ["no GPU", "no_gpu", /No devices were found.*--gpus all/, { SMI_FAIL: "none" }],
    [
      "a container that lost its GPUs",
      "driver_not_running",
      /NVML: Unknown Error.*--gpus all/,
      { SMI_FAIL: "unknown" },
    ],
    ["a GPU off the bus", "gpu_lost", /GPU is lost/, { SMI_FAIL: "lost" }],
    ["a crash", "exited", /by SIGSEGV/, { SMI_FAIL: "segv" }],
    ["an end without a word", "exited", /ended with code 0/, { SMI_END_AFTER: 3, SMI_END_CODE: 0 }],
    [
      "a driver that is unloaded meanwhile",
      "driver_not_running",
      /NVML: Driver Not Loaded/,
      { SMI_END_AFTER: 3, SMI_END_CODE: 255, SMI_END_WORDS: "Failed to initialize NVML: Driver Not Loaded" },
    ],
    ["output that stalls", "stalled", /printed nothing for 0.4 s and was killed/, { SMI_STALL_AFTER: 3 }],
  ])("%s: named, counted as %s, and read again", async (_name, reason, words, trouble) => {
    const heard = new Set<string>();
    const path = folder.machine({ ...trouble, ...twice });
    const source = listen(openSmi(path), heard);
    // Where it fails before it watches, no start is counted, and the trouble ends once it was named.
    const neverStarts = trouble["SMI_FAIL"] !== undefined;
    if (neverStarts) writeFileSync(`${path}.starts`, "");
    const end = setInterval(() => {
      if (neverStarts && [...heard].some((one) => words.test(one)))
        writeFileSync(`${path}.starts`, "1\n2\n3\n");
    }, 20);
    const boots = neverStarts ? 1 : 3;
    const last = `boot-${boots - 1}`;
    const isBack = (some: readonly GpuEvent[]) => some.some(({ boot_id }) => boot_id === last);
    const events = await readUntil(source, (some) => isBack(some) && source.health().ok);
    clearInterval(end);
    const said = [...heard];
    expect(said.find((one) => words.test(one))).toStartWith("not ok: ");
    expect(said).toContain(`counted ${reason}`);
    expect(source.health()).toMatchObject({ ok: true, detail: "reads 2 GPUs every 50 ms" });
    const perBoot = Map.groupBy(events, ({ boot_id }) => boot_id);
    for (const some of perBoot.values()) expect(some.map(({ seq }) => seq)).toEqual(some.map((_, at) => at));
  });

  test("no time is counted twice, or between two starts", async () => {
    const source = openSmi(folder.machine({ SMI_MACHINE: "k80", SMI_END_AFTER: 4 }));
    const begun = Date.now();
    const events = await readUntil(source, (some) => bootsOf(some).size >= 4);
    const spans = events.map(({ ts, interval_s }) => ({
      fromMs: Date.parse(ts) - interval_s * 1000,
      toMs: Date.parse(ts),
    }));
    for (let at = 1; at < spans.length; at++)
      expect(spans[at]!.fromMs).toBeGreaterThanOrEqual(spans[at - 1]!.toMs - 0.001);
    const held = spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    expect(held).toBeLessThan(Date.now() - begun);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
  });
});

describe.concurrent("output that is not as it should be", () => {
  test("a field that the help names and the query refuses is left out at once", async () => {
    const heard = new Set<string>();
    const path = folder.machine({ SMI_REFUSE: "temperature.memory" });
    const slow = { backoff: { firstMs: 600_000, maxMs: 600_000 }, random: () => 0 };
    const [event] = await readUntil(listen(openSmi(path, slow), heard), (some) => some.length >= 1);
    expect(event).toMatchObject({ temp_c: 59, quality: "measured" });
    expect(event).not.toHaveProperty("mem_temp_c");
  });

  test("lines that are no rows are passed over", async () => {
    const machine = { SMI_TALK: "Warning: persistence mode is off, a, b", SMI_START_S: "0.1" };
    const events = await readUntil(openSmi(folder.machine(machine)), (some) => some.length >= 2);
    expect(new Set(events.map(({ quality }) => quality))).toEqual(new Set(["measured"]));
  });

  test("rows that cannot be are counted and named", async () => {
    const row = Array.from({ length: 20 }, (_, at) => (at === 7 ? "900" : "1")).join(", ");
    const source = openSmi(folder.machine({ SMI_TALK: row }));
    await readUntil(source, (some) => some.length >= 2 && source.skippedRows!() >= 2);
    expect(source.health().detail).toMatch(
      /rows could not be read, the last: utilization.gpu: expected 0 to 100 %/,
    );
  });

  test("nothing but other lines is a stall, with the last of them", async () => {
    const heard = new Set<string>();
    const path = folder.machine({ SMI_TALK: "what is this", SMI_VANISH: "0:1", SMI_MACHINE: "k80" });
    const source = openSmi(path, { startMs: 300 });
    await readUntil(listen(source, heard), () => !source.health().ok);
    expect(source.health().detail).toMatch(/printed no reading within 0.3 s: what is this/);
    expect(heard).toContain("counted slow_start");
  });

  test.each([
    ["another program", { SMI_OTHER_PROGRAM: 1 }, /is not nvidia-smi: it begins with "usage: other/],
    ["an answer that does not come", { SMI_START_S: 60 }, /gave no answer within 0.4 s/],
  ])("%s is named", async (_name, machine, words) => {
    const path = folder.machine(machine as Machine);
    const source = openSmi(path, { program: smiProgram(path, 400) });
    await readUntil(source, () => !source.health().ok);
    expect(source.health().detail).toMatch(words);
  });
});

describe.concurrent("a GPU that does not answer", () => {
  const gpu = "GPU-2a5f1f0e-3c1b-4b7e-9d7d-0f6a8f1c0002";
  test("is named, not counted, and counted again when it is back", async () => {
    const heard = new Set<string>();
    const source = listen(openSmi(folder.machine({ SMI_LOST: "1:8:20" })), heard);
    const ofLost = (some: readonly GpuEvent[]) => some.filter(({ gpu_uuid }) => gpu_uuid === gpu);
    const named = () => [...heard].find((one) => one.includes(gpu));
    let before = 0;
    const events = await readUntil(source, (some) => {
      if (!source.health().detail.includes(gpu))
        return named() !== undefined && ofLost(some).length >= before + 2;
      before = ofLost(some).length;
      return false;
    });
    expect(named()).toStartWith("ok: reads 1 GPU every 50 ms");
    expect(named()).toMatch(/GPU 1 \(GPU-.*2\) has not been counted for .*: GPU is lost/);
    const held = (one: string) =>
      events.reduce((sum, { gpu_uuid, interval_s }) => sum + (gpu_uuid === one ? interval_s : 0), 0);
    // Twelve rounds of 50 ms and more.
    expect(held(events[0]!.gpu_uuid) - held(gpu)).toBeGreaterThan(0.5);
  });

  test("is gone when its rows end", async () => {
    const source = openSmi(folder.machine({ SMI_VANISH: "1:8" }));
    const events = await readUntil(source, () => source.health().detail.includes("has not been counted"));
    expect(source.health().detail).toMatch(
      /GPU 1 \(GPU-.*2\) has not been counted for .*: it has no row any more/,
    );
    const last = (one: string) =>
      Math.max(...events.filter(({ gpu_uuid }) => gpu_uuid === one).map(({ ts }) => Date.parse(ts)));
    expect(last(gpu)).toBeLessThan(last(events[0]!.gpu_uuid));
  });
});

describe.concurrent("all GPUs", () => {
  test("that do not answer are a source that is away", async () => {
    const source = openSmi(folder.machine({ SMI_MACHINE: "k80", SMI_LOST: "0:8" }));
    await readUntil(source, () => !source.health().ok);
    expect(source.health().detail).toMatch(/^reads 0 GPUs every 50 ms; GPU 0 .* has not been counted for/);
  });
});

describe.concurrent("clocks", () => {
  test.each([
    [7_200, /its times are 2 h 00 m ahead of ours/],
    [-30, /its times are 30.\d s behind ours/],
  ])("of nvidia-smi, off by %i s, are named and do not count", async (seconds, words) => {
    const source = openSmi(folder.machine({ SMI_MACHINE: "k80", SMI_CLOCK_S: seconds }));
    const [event] = await readUntil(source, (some) => some.length >= 1);
    expect(Math.abs(Date.parse(event!.ts) - Date.now())).toBeLessThan(5_000);
    expect(source.health()).toMatchObject({ ok: true, detail: expect.stringMatching(words) });
  });

  test("that jump back never make a negative or a huge interval", async () => {
    const source = openSmi(folder.machine({ SMI_MACHINE: "k80", SMI_JUMP: "6:-3600" }));
    const events = await readUntil(source, (some) => some.length >= 4);
    for (const { interval_s } of events) expect(interval_s > 0 && interval_s < 2).toBe(true);
    expect(source.health().detail).toContain("1 h 00 m behind ours");
  });
});
