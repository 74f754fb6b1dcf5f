import { afterAll, describe, expect, test } from "bun:test";
import { createJoin } from "../../src/producer/join/join.ts";
import type { Endpoint } from "../../src/producer/scrape/endpoint.ts";
import { scrapeSource } from "../../src/producer/scrape/source.ts";
import { scrapeTokens } from "../../src/producer/scrape/tokens.ts";
import type { EventSource, SourcedEvent } from "../../src/producer/source.ts";
import { systemClock } from "../../src/support/clock.ts";
import { selfSigned } from "./certificate.ts";
import { type Answer, fakeExporter } from "./fake-exporter.ts";
import { fixture } from "./page.ts";
import { dcgmRig, notedMeters } from "./tracking.ts";

const good = { page: await fixture("dcgm/exporter-4.8.prom") } as const;
const running: { stop(): Promise<void> }[] = [];
afterAll(() => Promise.all(running.map((one) => one.stop())));

const fake = (...parameters: Parameters<typeof fakeExporter>) => {
  const exporter = fakeExporter(...parameters);
  running.push(exporter);
  return exporter;
};
const endpoint = (url: string, own: Partial<Endpoint> = {}): Endpoint => ({
  ...{ url, timeoutMs: 2_000, maxBytes: 4e6, tokens: [], readFile: () => "" },
  ...own,
});

function sourceOf(to: Endpoint) {
  const { noted, meters } = notedMeters();
  const { tracker } = dcgmRig({ join: createJoin([], []), meters: () => meters });
  const source = scrapeSource({
    ...{ name: "dcgm", endpoint: to, tracker, intervalMs: 5, clock: systemClock, onMeters: () => {} },
  });
  source.countIn!(meters);
  return { source, noted };
}

/** Reads until the condition holds; answers with the events so far. */
async function readUntil(source: EventSource, done: (events: readonly SourcedEvent[]) => boolean) {
  const stop = new AbortController();
  const events: SourcedEvent[] = [];
  const reading = (async () => {
    for await (const batch of source.read(stop.signal)) events.push(...batch.events);
  })();
  while (!done(events)) await Bun.sleep(2);
  stop.abort();
  await reading;
  return events;
}

describe("an endpoint that cannot be used is named in the health of its source", () => {
  test.each<[string, string, Answer, RegExp, Partial<Endpoint>?]>([
    ["an error of the server", "http_error", { status: 500 }, /answers 500/],
    ["no rights", "unauthorized", { status: 401 }, /answers 401/],
    [
      "another content",
      "not_metrics",
      { page: "<html>\n<p>\n</html>\n", type: "text/html" },
      /text\/html, not with Prom/,
    ],
    [
      "a page of another exporter",
      "wrong_page",
      { page: "node_cpu_seconds_total 1\nnode_load1 2\n" },
      /node_cpu_seconds_total and 1 more, not with that of a DCGM exporter/,
    ],
    ["an empty page", "wrong_page", { page: "" }, /an empty page/],
    ["a page of 50 MB", "too_large", { megabytes: 50 }, /more than 4000000 bytes/],
    ["no answer", "timeout", "hang", /within 100 ms/, { timeoutMs: 100 }],
    ["a body that stalls", "timeout", "stall", /within 100 ms/, { timeoutMs: 100 }],
  ])("%s", async (_name, reason, answer, words, own = {}) => {
    const { source, noted } = sourceOf(endpoint(fake(answer).url, own));
    const events = await readUntil(source, () => noted.failed.length >= 2);
    expect([events, new Set(noted.failed)]).toEqual([[], new Set([reason])]);
    expect(source.health()).toEqual({ ok: false, detail: expect.stringMatching(words) });
  });

  test("a connection that breaks in the middle of the page", async () => {
    const half = "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\nDCGM_FI_DEV_GPU_UTIL 1\n";
    const server = Bun.listen({
      ...{ hostname: "127.0.0.1", port: 0 },
      socket: { data: (socket) => void socket.end(half) },
    });
    running.push({ stop: async () => server.stop(true) });
    const { source, noted } = sourceOf(endpoint(`http://127.0.0.1:${server.port}/metrics`));
    const events = await readUntil(source, () => noted.failed.length > 0);
    expect([noted.failed[0], events]).toEqual(["unreachable", []]);
  });

  test("nobody listening", async () => {
    const exporter = fakeExporter(good);
    await exporter.stop();
    const { source, noted } = sourceOf(endpoint(exporter.url));
    await readUntil(source, () => noted.failed.length > 0);
    expect(noted.failed[0]).toBe("unreachable");
    expect(source.health().detail).toStartWith(`nothing listens at ${exporter.url} (connection refused)`);
  });
});

test("a page is read whatever its content type says, compressed or not", async () => {
  for (const answer of [
    { ...good, type: "text/html" },
    { ...good, gzip: true },
  ]) {
    const { source } = sourceOf(endpoint(fake(answer).url));
    expect((await readUntil(source, (events) => events.length >= 2)).length).toBeGreaterThanOrEqual(2);
  }
});

test("an endpoint that comes back is well again, and its last success is known meanwhile", async () => {
  const exporter = fake(good);
  const { source, noted } = sourceOf(endpoint(exporter.url));
  expect(source.health()).toEqual({ ok: true, detail: "first reading under way" });
  await readUntil(source, (events) => events.length > 0);
  exporter.answer({ status: 503 });
  await readUntil(source, () => noted.failed.length > 0);
  expect(source.health()).toMatchObject({ ok: false, lastSuccessMs: expect.any(Number) });
  exporter.answer(good);
  await readUntil(source, (events) => events.length > 0);
  expect(source.health()).toMatchObject({ ok: true, detail: "2 GPUs" });
});

test.each([
  ["ahead of", 3 * 3_600_000],
  ["behind", -3 * 3_600_000],
])("a clock that is hours %s ours is named, and our time is that of the events", async (words, offsetMs) => {
  const { source } = sourceOf(endpoint(fake({ ...good, dateMs: Date.now() + offsetMs }).url));
  const events = await readUntil(source, (some) => some.length > 0);
  expect(source.health().detail).toMatch(new RegExp(`its clock is (3 h 00|2 h 59) m ${words} ours`));
  expect(Math.abs(Date.parse(events[0]!.event.ts) - Date.now())).toBeLessThan(60_000);
});

test("samples that are hours old are named", async () => {
  const old = Date.now() - 7_200_000;
  const page = `DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-1"} 5 ${old}\n`;
  const { source } = sourceOf(endpoint(fake({ page, dateMs: Date.now() }).url));
  await readUntil(source, (events) => events.length > 0);
  expect(source.health().detail).toContain("its newest sample is 2 h 00 m old");
});

describe("a token", () => {
  const tokens = (raw: string) => (scrapeTokens.parse(raw) as { value: Endpoint["tokens"] }).value;

  test("is sent to the endpoint it is for, read anew from its file each time", async () => {
    const exporter = fake(good, { token: "fresh" });
    let kept = "stale";
    const own = { tokens: tokens("http://127.0.0.1:*/metrics @/run/token"), readFile: () => kept };
    const { source, noted } = sourceOf(endpoint(exporter.url, own));
    await readUntil(source, () => noted.failed.length > 0);
    expect(noted.failed[0]).toBe("unauthorized");
    kept = "fresh\n";
    expect((await readUntil(source, (events) => events.length > 0)).length).toBeGreaterThan(0);
    expect(source.health().detail).not.toContain("fresh");
  });

  test("whose file cannot be read is named", async () => {
    const own = {
      tokens: tokens("@/run/token"),
      readFile: () => {
        throw new Error("no such file");
      },
    };
    const { source, noted } = sourceOf(endpoint(fake(good).url, own));
    await readUntil(source, () => noted.failed.length > 0);
    expect([noted.failed[0], source.health().detail]).toEqual([
      "token_file",
      expect.stringContaining("no such file"),
    ]);
  });

  test("is not sent on to where the endpoint points", async () => {
    const other = fake(good);
    const pointing = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.redirect(other.url) });
    running.push({ stop: () => pointing.stop(true) });
    const { source, noted } = sourceOf(endpoint(`${pointing.url}metrics`, { tokens: tokens("s3cret") }));
    await readUntil(source, () => noted.failed.length > 0);
    expect(other.requests).toEqual([]);
  });
});

describe("TLS", () => {
  const certificate = selfSigned();
  test("a certificate that nobody vouches for is refused, and named", async () => {
    const { source, noted } = sourceOf(endpoint(fake(good, { tls: certificate }).url));
    await readUntil(source, () => noted.failed.length > 0);
    expect([noted.failed[0], source.health().detail]).toEqual(["tls", expect.stringMatching(/certificate/i)]);
  });

  test("is trusted with its own authority", async () => {
    const { source } = sourceOf(endpoint(fake(good, { tls: certificate }).url, { ca: certificate.cert }));
    expect((await readUntil(source, (events) => events.length > 0)).length).toBeGreaterThan(0);
  });
});
