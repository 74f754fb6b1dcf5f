import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedLog } from "../../src/eventlog/embedded.ts";
import type { OutRecord } from "../../src/eventlog/port.ts";
import { processorSettings } from "../../src/processor/config.ts";
import { topicSpecs } from "../../src/processor/rules.ts";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import type { StoredEvent } from "../../src/store/port.ts";
import { readSettings } from "../../src/support/settings.ts";
import { deadLetterTopic, defaultTopics } from "../../src/telemetry/topics.ts";
import { dice } from "../faults/sim/dice.ts";
import { latestProblems, rollupProblems } from "../faults/sim/oracle.ts";
import { bytesOf, gpuEvent, tokenEvent } from "../helpers/telemetry.ts";

const KILLS = Number(process.env["CA3_KILLS"] ?? 8);
const EVENTS = 3_000;
const folder = mkdtempSync(join(tmpdir(), "ca3-killed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Events, some of them sent again much later and some of them broken; says what must come of them. */
function traffic() {
  const roll = dice(7);
  const records: OutRecord[] = [];
  const ids = new Set<string>();
  const broken = new Set<Uint8Array>();
  const nowMs = Date.now();
  for (let at = 0; at < EVENTS; at++) {
    const kind = roll.chance(0.5) ? "gpu" : "token";
    const key = `k${roll.below(20)}`;
    const again = records.length > 0 && roll.chance(0.1) ? roll.pick(records) : undefined;
    const bad = roll.chance(0.03);
    const id = `e${at}`;
    const atMs = nowMs - roll.below(7_200_000);
    if (again) records.push({ ...again, key });
    else {
      const more = { host: `node-${roll.below(3)}` };
      const event = kind === "gpu" ? gpuEvent(id, atMs, more) : tokenEvent(id, atMs, more);
      const value = bytesOf(bad ? `{"n":${at}` : event);
      records.push({ topic: defaultTopics[kind], key, value });
      if (bad) broken.add(value);
      else ids.add(id);
    }
  }
  return { records, ids, broken: records.filter(({ value }) => broken.has(value)).length };
}

async function runChild(killAfterMs?: number): Promise<boolean> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "killed-child.ts"), folder], {
    env: { CA3_MAX_BATCH_RECORDS: "7", CA3_MAX_WRITE_RECORDS: "20" },
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = child.stdout.getReader();
  await output.read();
  if (killAfterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  await child.exited;
  if (killAfterMs === undefined) expect(child.exitCode).toBe(0);
  return child.signalCode === "SIGKILL";
}

test(`a processor killed ${KILLS} times at any moment leaves what one that ran through leaves`, async () => {
  const { records, ids, broken } = traffic();
  const settings = readSettings(processorSettings, {});
  const log = openEmbeddedLog(join(folder, "log.db"));
  await log.ensureTopics(topicSpecs(defaultTopics, settings));
  await log.append(records);
  await log.close();

  let killed = 0;
  for (let kill = 0; kill < KILLS; kill++) if (await runChild(5 + 13 * kill)) killed++;
  await runChild();
  expect(killed).toBeGreaterThan(1);

  const store = openEmbeddedStore(join(folder, "store.db"));
  const events: StoredEvent[] = [];
  for await (const event of store.scanEvents()) events.push(event);
  expect(new Set(events.map(({ event }) => event.event_id))).toEqual(ids);
  expect(events.length).toBe(ids.size);
  expect(await rollupProblems(store, events)).toEqual([]);
  expect(await latestProblems(store, events)).toEqual([]);
  expect((await store.listDeadLetters({ limit: 1e6 })).length).toBe(broken);
  await store.close();

  const after = openEmbeddedLog(join(folder, "log.db"));
  const letters = (await after.topics()).filter(({ name }) =>
    Object.values(defaultTopics).map(deadLetterTopic).includes(name),
  );
  expect(letters.reduce((sum, topic) => sum + topic.records, 0)).toBe(broken);
  await after.close();
}, 120_000);
