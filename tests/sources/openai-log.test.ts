import { afterAll, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createJoin } from "../../src/producer/join/join.ts";
import { openaiLogSource } from "../../src/producer/openai-log/source.ts";
import type { TokenEvent } from "../../src/telemetry/events.ts";
import { fitsSchema } from "../../src/telemetry/schema-check.ts";
import { fixture } from "./page.ts";
import { notedMeters, START_MS } from "./tracking.ts";

const root = mkdtempSync(join(tmpdir(), "ca3-openai-log-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let files = 0;
const newPath = () => join(root, `log-${files++}.jsonl`);

const line = (n: number) =>
  `${JSON.stringify({ id: `chatcmpl-000000000000000${n}`, created: START_MS / 1000 + n, model: "m", usage: { prompt_tokens: n, completion_tokens: 1 } })}\n`;
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => line(from + at)).join("");
/** Sleeps are short, so that a test of waiting does not wait. */
const quick = {
  now: () => START_MS,
  sleep: (_ms: number, signal?: AbortSignal) => {
    looks++;
    return signal?.aborted ? Promise.resolve() : Bun.sleep(1);
  },
};
let looks = 0;

function open(path: string, follow: boolean) {
  const { noted, meters } = notedMeters();
  const join = createJoin([{ model: "m", costCenter: "7" }], []);
  const source = openaiLogSource({
    ...{ path, follow, join, host: "gateway", clock: quick },
    paths: { tenant: ["user"], team: ["metadata.team"], project: ["metadata.project"] },
  });
  source.countIn!(meters);
  const events: TokenEvent[] = [];
  const stop = new AbortController();
  let checkpoint: string | undefined;
  const run = async (resume?: string) => {
    for await (const batch of source.read(stop.signal, resume)) {
      events.push(...batch.events.map(({ event }) => event as TokenEvent));
      checkpoint = batch.checkpoint;
    }
  };
  const until = async (done: () => boolean) => {
    while (!done()) await Bun.sleep(1);
  };
  return { source, events, noted, join, run, until, stop: () => stop.abort(), checkpoint: () => checkpoint };
}
/** A log that is followed and was renamed when two of its lines were read. */
async function renamed() {
  const path = newPath();
  writeFileSync(path, lines(1, 3));
  const log = open(path, true);
  const running = log.run();
  await log.until(() => log.events.length === 2);
  renameSync(path, `${path}.1`);
  return { path, log, running };
}
const inputs = (events: readonly TokenEvent[]) => events.map(({ input_tokens }) => input_tokens);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

describe("a log that is read to its end", () => {
  test("gives one event per request, and names what it could not read or had to estimate", async () => {
    const path = newPath();
    writeFileSync(path, await fixture("openai/responses.jsonl"));
    const log = open(path, false);
    await log.run();
    expect(log.events.length).toBe(8);
    for (const event of log.events) expect(fitsSchema("token", { ...event })).toBe(true);
    expect(log.events[0]).toMatchObject({
      ...{
        kind: "request",
        source: "openai-log",
        quality: "measured",
        ts: "2026-06-01T12:00:00.000Z",
        host: "gateway",
      },
      ...{
        input_tokens: 120,
        cache_read_tokens: 64,
        reasoning_tokens: 12,
        team: "search",
        tenant: "acme",
        project: "p1",
      },
    });
    expect(log.events.map(({ quality }) => quality)).toEqual([...new Array(7).fill("measured"), "estimated"]);
    expect(log.events[4]!.ts).toBe(new Date(START_MS).toISOString());
    expect([log.source.skippedRows!(), log.noted.failed]).toEqual([2, ["broken_line", "broken_line"]]);
    expect(log.source.health().detail).toMatch(
      /^8 requests; 1 without usage, their tokens estimated as one token for four characters of text; 2 without a time, .*; 2 lines could not be read, the last one: the line at byte [\d,]+: not a JSON object$/,
    );
    expect(log.join.tokens.loggedBy("llama-3.1-8b")).toBe(log.source.name);
  });

  test("gives the same events with the same ids when it is read again, also from a copy", async () => {
    const [path, copy] = [newPath(), newPath()];
    writeFileSync(path, lines(1, 40));
    copyFileSync(path, copy);
    const all = await Promise.all(
      [path, path, copy].map(async (one) => {
        const log = open(one, false);
        await log.run();
        return log.events.map(({ event_id }) => event_id);
      }),
    );
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).toEqual(all[0]);
    expect(new Set(all[0]).size).toBe(39);
  });

  test("counts a last line without a line feed, and rules say who pays", async () => {
    const path = newPath();
    writeFileSync(path, lines(1, 3).trimEnd());
    const log = open(path, false);
    await log.run();
    expect(log.events.map(({ input_tokens, cost_center }) => [input_tokens, cost_center])).toEqual([
      [1, "7"],
      [2, "7"],
    ]);
  });

  test("that is not there is an error", async () => {
    const failed = await open(newPath(), false)
      .run()
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: "CA3_FILE" });
  });

  test("tells requests apart that have short ids, by their file and time", async () => {
    const [path, other] = [newPath(), newPath()];
    const short = (created: number) =>
      `${JSON.stringify({ id: "1", created, model: "m", usage: { prompt_tokens: 1 } })}\n`;
    writeFileSync(path, short(1_780_000_000) + short(1_780_000_001));
    writeFileSync(other, short(1_780_000_000));
    const logs = [open(path, false), open(other, false)];
    for (const log of logs) await log.run();
    expect(new Set(logs.flatMap((log) => log.events).map(({ event_id }) => event_id)).size).toBe(3);
  });
});

describe("a log that is followed", () => {
  test("gives what is added, a line only when it is whole", async () => {
    const path = newPath();
    writeFileSync(path, lines(1, 3));
    const log = open(path, true);
    const running = log.run();
    await log.until(() => log.events.length === 2);
    appendFileSync(path, line(3).slice(0, 30));
    await Bun.sleep(10);
    expect(log.events.length).toBe(2);
    appendFileSync(path, line(3).slice(30));
    await log.until(() => log.events.length === 3);
    log.stop();
    await running;
    expect(inputs(log.events)).toEqual([1, 2, 3]);
  });

  test("is waited for, and its absence named", async () => {
    const path = newPath();
    const log = open(path, true);
    const running = log.run();
    await log.until(() => !log.source.health().ok);
    expect(log.source.health().detail).toBe(`there is no file ${path}`);
    writeFileSync(path, line(1));
    await log.until(() => log.events.length === 1);
    expect(log.source.health().ok).toBe(true);
    log.stop();
    await running;
  });

  test("loses nothing when it is renamed and begun anew, nor when it is cut off", async () => {
    const { path, log, running } = await renamed();
    appendFileSync(`${path}.1`, line(3));
    writeFileSync(path, lines(4, 6));
    await log.until(() => log.events.length === 5);
    truncateSync(path, 0);
    await log.until(() => log.noted.resets === 1);
    appendFileSync(path, line(6));
    await log.until(() => log.events.length === 6);
    log.stop();
    await running;
    expect(inputs(log.events)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(log.source.health().detail).toContain("cut off 1 times");
  });
});

test("a log that is rotated is read until its writer has begun the new one", async () => {
  const { path, log, running } = await renamed();
  writeFileSync(path, "");
  const before = looks;
  await log.until(() => looks > before + 2);
  appendFileSync(`${path}.1`, line(3));
  await log.until(() => log.events.length === 3);
  appendFileSync(path, lines(4, 6));
  await log.until(() => log.events.length === 5);
  log.stop();
  await running;
  expect(inputs(log.events)).toEqual([1, 2, 3, 4, 5]);
});

describe("a log that is gone on with", () => {
  const readTo = async (path: string) => {
    const log = open(path, false);
    await log.run();
    return log.checkpoint();
  };

  test.each<[string, (path: string) => void, number[]]>([
    ["begins after what was read", (path) => appendFileSync(path, lines(11, 13)), range(11, 13)],
    [
      "finds its file under another name and then reads the new one",
      (path) => {
        appendFileSync(path, line(11));
        renameSync(path, `${path}.1`);
        writeFileSync(path, lines(12, 14));
      },
      range(11, 14),
    ],
    [
      "begins anew when another file has its place",
      (path) => {
        rmSync(path);
        writeFileSync(path, lines(20, 40));
      },
      range(20, 40),
    ],
  ])("%s", async (_name, change, expected) => {
    const path = newPath();
    writeFileSync(path, lines(1, 11));
    const kept = await readTo(path);
    change(path);
    const log = open(path, false);
    await log.run(kept);
    expect(inputs(log.events)).toEqual(expected);
  });

  test.each(["", "{", '{"version":2}', '{"version":1,"position":{}}'])(
    "does not trust a checkpoint like %j",
    async (kept) => {
      const path = newPath();
      writeFileSync(path, lines(1, 3));
      const log = open(path, false);
      await log.run(kept);
      expect(inputs(log.events)).toEqual([1, 2]);
    },
  );
});

test("a line that never ends takes no memory and is named, and the next one is read", async () => {
  const path = newPath();
  writeFileSync(path, `${"x".repeat(17 * 1024 ** 2)}\n${line(1)}`);
  const log = open(path, false);
  await log.run();
  expect(inputs(log.events)).toEqual([1]);
  expect(log.source.health().detail).toContain("longer than 16777216 bytes");
});
