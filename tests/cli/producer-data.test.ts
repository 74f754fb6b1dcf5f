import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedLog } from "../../src/eventlog/embedded.ts";
import type { TelemetryEvent } from "../../src/telemetry/events.ts";
import { defaultTopics } from "../../src/telemetry/topics.ts";
import { ca3, ca3Process, startCa3 } from "../helpers/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "ca3-producer-data-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const fresh = () => join(folder, String(made++));

type Kept = { readonly key: string | null; readonly event: TelemetryEvent };

/** Everything in the log of a data folder, partition by partition in order. */
async function kept(data: string): Promise<Kept[]> {
  const log = openEmbeddedLog(join(data, "log.db"));
  const topics = Object.values(defaultTopics);
  const group = `reader-${made++}`;
  const all: Kept[] = [];
  const consumer = await log.consume({
    ...{ group, topics, maxBatchBytes: 1e6, maxBatchRecords: 1_000 },
    onBatch: async ({ records }) => {
      for (const { key, value } of records)
        all.push({ key, event: JSON.parse(new TextDecoder().decode(value)) });
    },
  });
  while ((await log.lag(group, topics)).some(({ lag }) => lag > 0)) await Bun.sleep(5);
  await consumer.stop();
  await log.close();
  return all;
}
const idsOf = (all: readonly Kept[]) => all.map(({ event }) => event.event_id);
const upTo = "producer --speed max --start 2026-01-01T00:00:00Z --hostname h --count".split(" ");

test("a run killed again and again leaves exactly its events in the log, in order per key", async () => {
  const data = fresh();
  const line = [...upTo, "20000", "--to", "data", "--data", data];
  let kills = 0;
  for (let start = 0; ; start++) {
    const program = startCa3(line);
    const ended = await Promise.race([
      program.exited,
      Bun.sleep(150 + start * 50).then(() => "killed" as const),
    ]);
    if (ended !== "killed") {
      expect(ended).toBe(0);
      break;
    }
    program.kill("SIGKILL");
    await program.exited;
    kills++;
  }
  expect(kills).toBeGreaterThan(0);
  const expected = (await ca3([...upTo, "20000"])).out
    .split("\n")
    .map((one) => JSON.parse(one) as TelemetryEvent);
  const all = await kept(data);
  expect(new Set(idsOf(all))).toEqual(new Set(expected.map(({ event_id }) => event_id)));
  const newest = new Map<string, number>();
  const seen = new Set<string>();
  for (const { key, event } of all) {
    if (seen.has(event.event_id)) continue;
    seen.add(event.event_id);
    expect(event.seq).toBeGreaterThan(newest.get(key!) ?? -1);
    newest.set(key!, event.seq);
  }
}, 60_000);

test("the same options go on where they stopped, and send nothing twice when they are done", async () => {
  const data = fresh();
  const line = [...upTo, "300", "--to", "data", "--data", data];
  const [first, second] = [await ca3(line), await ca3(line)];
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(second.notes).toContain("going on with: synthetic load");
  expect(second.notes).toContain("a run that is complete is not sent again");
  const ids = idsOf(await kept(data));
  expect([ids.length, new Set(ids).size]).toEqual([300, 300]);
});

test("other options are another run beside the first", async () => {
  const data = fresh();
  const line = [...upTo, "100", "--to", "data", "--data", data];
  await ca3(line);
  await ca3([...line, "--seed", "2"]);
  expect(new Set(idsOf(await kept(data))).size).toBe(200);
});

test("TOPIC_METRIC and TOPIC_TOKEN name the topics of the log", async () => {
  const data = fresh();
  const env = { TOPIC_METRIC: "g", TOPIC_TOKEN: "t", CA3_PARTITIONS: "3" };
  await ca3(["producer", "--replay", "sample", "--speed", "max", "--to", "data", "--data", data], { env });
  const log = openEmbeddedLog(join(data, "log.db"));
  const topics = (await log.topics()).map(({ name, partitions, records }) => [name, partitions, records > 0]);
  await log.close();
  expect(topics.sort()).toEqual([
    ["g", 3, true],
    ["t", 3, true],
  ]);
});

test("a folder that another process works on is refused", async () => {
  const data = fresh();
  const program = startCa3(["producer", "--rate", "100", "--to", "data", "--data", data]);
  const reader = program.stderr.getReader();
  let notes = "";
  while (!notes.includes("to: the event log")) notes += new TextDecoder().decode((await reader.read()).value);
  const second = await ca3Process(["producer", "--count", "1", "--to", "data", "--data", data]);
  program.kill("SIGTERM");
  expect(await program.exited).toBe(0);
  expect([second.code, second.err.includes(data)]).toEqual([1, true]);
});
