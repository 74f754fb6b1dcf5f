import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedLog } from "../../src/eventlog/embedded.ts";
import { processorSettings } from "../../src/processor/config.ts";
import { createProcessor } from "../../src/processor/service.ts";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import { systemClock } from "../../src/support/clock.ts";
import { silentLogger } from "../../src/support/log.ts";
import { createMeters } from "../../src/support/meters.ts";
import { readSettings } from "../../src/support/settings.ts";
import {
  type GpuEvent,
  gpuEventSchema,
  type TokenEvent,
  tokenEventSchema,
} from "../../src/telemetry/events.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { defaultTopics } from "../../src/telemetry/topics.ts";
import { dice } from "../faults/sim/dice.ts";
import { bytesOf, gpuEvent, tokenEvent } from "../helpers/telemetry.ts";

const folder = mkdtempSync(join(tmpdir(), "ca3-hostile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Stores what the values of both topics become; `counts` says of all of them what it was. */
async function digest(name: string, gpu: readonly Uint8Array[], token: readonly Uint8Array[]) {
  const log = openEmbeddedLog(join(folder, `${name}-log.db`));
  const store = openEmbeddedStore(join(folder, `${name}-store.db`));
  const settings = readSettings(processorSettings, { env: { CA3_POISON_STOP_RATIO: "1" } });
  const meters = await createMeters(metricCatalogue);
  const parts = {
    log,
    store,
    topics: defaultTopics,
    settings,
    meters,
    logger: silentLogger,
    clock: systemClock,
  };
  const processor = createProcessor(parts);
  let failure: unknown;
  processor.done.catch((error: unknown) => {
    failure = error;
  });
  await processor.start();
  await log.append(gpu.map((value, at) => ({ topic: defaultTopics.gpu, key: `k${at % 5}`, value })));
  await log.append(token.map((value, at) => ({ topic: defaultTopics.token, key: `k${at % 5}`, value })));
  const behind = async () =>
    (await log.lag(settings.group, Object.values(defaultTopics))).some(({ lag }) => lag > 0);
  while ((await behind()) && failure === undefined) await systemClock.sleep(5);
  const counts = processor.counts();
  await processor.stop();
  await store.close();
  await log.close();
  return { failure, counts };
}

/** Every number at the greatest value that its schema allows. */
function greatest<T extends object>(event: T, schema: { readonly properties: object }): T {
  const numbers = Object.entries(schema.properties as Record<string, { maximum?: number }>).flatMap(
    ([name, { maximum }]) => (maximum === undefined ? [] : [[name, maximum] as const]),
  );
  return { ...event, ...Object.fromEntries(numbers), schema_version: 1 };
}

test("thousands of events with the greatest numbers there may be do not stop consumption", async () => {
  const nowMs = Date.now() - 60_000;
  const cards = Array.from({ length: 3_000 }, (_, at) =>
    bytesOf(greatest<GpuEvent>(gpuEvent(`g${at}`, nowMs), gpuEventSchema)),
  );
  const words = Array.from({ length: 3_000 }, (_, at) => {
    const event = greatest<TokenEvent>(tokenEvent(`t${at}`, nowMs), tokenEventSchema);
    return bytesOf({ ...event, cache_write_tokens: 0 });
  });
  const { failure, counts } = await digest("greatest", cards, words);
  expect(failure).toBeUndefined();
  expect(counts).toEqual({ consumed: 6_000, stored: 6_000, duplicates: 0, deadLettered: 0 });
});

test("whatever bytes arrive, each record is stored, a duplicate or dead-lettered, and consumption goes on", async () => {
  const roll = dice(11);
  const values: unknown[] = [
    null,
    true,
    -1,
    1e308,
    "",
    "\u0000",
    "x".repeat(400),
    [],
    {},
    [[]],
    { a: 1 },
    "2026-13-45T99:99:99Z",
  ];
  const broken = (event: object): Uint8Array => {
    const names = Object.keys(event);
    const changed: Record<string, unknown> = { ...event };
    for (let times = roll.below(3); times > 0; times--) changed[roll.pick(names)] = roll.pick(values);
    if (roll.chance(0.2)) delete changed[roll.pick(names)];
    const bytes = bytesOf(changed);
    if (roll.chance(0.3)) bytes[roll.below(bytes.length)] = roll.below(256);
    return roll.chance(0.1) ? bytes.slice(0, roll.below(bytes.length)) : bytes;
  };
  const nowMs = Date.now() - 60_000;
  const cards = Array.from({ length: 2_000 }, (_, at) => broken(gpuEvent(`g${at}`, nowMs)));
  const words = Array.from({ length: 2_000 }, (_, at) => broken(tokenEvent(`t${at}`, nowMs)));
  const { failure, counts } = await digest("broken", cards, words);
  expect(failure).toBeUndefined();
  expect(counts.consumed).toBe(4_000);
  expect(counts.stored + counts.duplicates + counts.deadLettered).toBe(4_000);
  expect(counts.stored).toBeGreaterThan(100);
  expect(counts.deadLettered).toBeGreaterThan(100);
});
