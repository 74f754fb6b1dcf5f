import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { openEmbeddedLog } from "../../src/eventlog/embedded.ts";
import { SCHEMA_VERSION } from "../../src/telemetry/schema-version.ts";
import { DEFAULT_PARTITIONS, defaultTopics } from "../../src/telemetry/topics.ts";
import { ca3Process } from "../helpers/cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { tokenEvent } from "../samples/events.ts";

const SAMPLE = { requests: 19_366, inputTokens: 22_361_870, outputTokens: 4_088_665 };
const up = (data: string, ...more: string[]) =>
  ca3Process([
    "up",
    "--port",
    "0",
    "--replay",
    "sample",
    "--speed",
    "max",
    "--once",
    "--data",
    data,
    ...more,
  ]);
const totals = async (data: string) =>
  JSON.parse((await ca3Process(["report", "--data", data, "--output", "json"])).out).totals;
const sh = (...words: string[]) => Bun.spawnSync(words, { stderr: "ignore" }).exitCode === 0;

const now = new Date().toISOString();
const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const bad: readonly (readonly [reason: string, value: Buffer])[] = [
  ["malformed_json", bytes("{ not json")],
  ["malformed_json", Buffer.from([0xff, 0xfe, 0x00])],
  ["oversized", bytes("x".repeat(70_000))],
  ["schema_invalid", bytes({ ...tokenEvent({ ts: now }), input_tokens: -1 })],
  ["schema_invalid", bytes({ ...tokenEvent({ ts: now }), input_tokens: "NaN" })],
  ["unsupported_version", bytes({ ...tokenEvent({ ts: now }), schema_version: SCHEMA_VERSION + 1 })],
  ["too_future", bytes(tokenEvent({ ts: new Date(Date.now() + 86_400_000).toISOString() }))],
];

test("events that can never be stored are dead-lettered with their reason, and the rest is exact", async () => {
  using folder = temporaryFolder("poison");
  const data = folder.file("data");
  expect((await up(data)).code).toBe(0);
  const log = openEmbeddedLog(folder.file("data/log.db"));
  await log.ensureTopics([{ name: defaultTopics.token, partitions: DEFAULT_PARTITIONS }]);
  await log.append(bad.map(([, value]) => ({ topic: defaultTopics.token, key: null, value })));
  await log.close();

  const again = await up(data);
  expect(again).toMatchObject({ code: 0 });
  expect(again.err).toContain(`${bad.length} dead-lettered`);
  expect(await totals(data)).toMatchObject(SAMPLE);
  const listed = JSON.parse((await ca3Process(["dlq", "list", "--data", data, "--output", "json"])).out);
  const reasons = (listed.items ?? listed.deadLetters ?? listed).map((one: { reason: string }) => one.reason);
  expect(reasons.sort()).toEqual(bad.map(([reason]) => reason).sort());
}, 60_000);

test.each(["store.db", "log.db"])(
  "a damaged %s is named, with what to do",
  async (name) => {
    using folder = temporaryFolder("corrupt");
    const data = folder.file("data");
    expect((await up(data)).code).toBe(0);
    writeFileSync(folder.file(`data/${name}`), "this is no database, whatever its name says. ".repeat(500));
    const { code, err } = await up(data);
    expect(code).toBe(1);
    expect(err).toContain(name);
    expect(err).toMatch(/^ {2}try: /m);
    expect(err).not.toContain("    at ");
  },
  60_000,
);

test("a full disk ends a scripted run with its reason, and the next one completes it exactly", async () => {
  using folder = temporaryFolder("disk");
  const data = folder.path;
  expect(sh("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", data)).toBe(true);
  try {
    const full = await up(data, "--give-up-after", "1s");
    expect(full.code).toBe(1);
    expect(full.err).toMatch(/full/);
    expect(sh("mount", "-o", "remount,size=200m", data)).toBe(true);
    expect((await up(data)).code).toBe(0);
    expect(await totals(data)).toMatchObject(SAMPLE);
  } finally {
    sh("umount", "-l", data);
  }
}, 60_000);
