import { afterEach, expect, test } from "bun:test";
import { connect } from "node:net";
import { startServer } from "../../src/http/server.ts";
import { systemClock } from "../../src/support/clock.ts";
import { memoryStore } from "../helpers/memory-store.ts";
import { tokenEvent } from "../samples/events.ts";
import { fill, testApi } from "./api.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
type App = Awaited<ReturnType<typeof testApi>>["app"];
function serve(app: App, idleTimeoutS?: number) {
  const options = { hostname: "127.0.0.1", port: 0, fixedPort: true };
  const server = startServer(app, idleTimeoutS === undefined ? options : { ...options, idleTimeoutS });
  closing.push(() => server.stop(0));
  return new URL("/api/v1/stream", server.url);
}

/** A real clock on which nobody sleeps for long. */
const hasty = { now: Date.now, sleep: (_ms: number, signal?: AbortSignal) => systemClock.sleep(1, signal) };

type Tick = { id: string; data: Record<string, unknown> };
/** Reads a stream event by event; comments and retry lines are passed over. */
async function* ticks(url: URL, headers: Record<string, string> = {}): AsyncGenerator<Tick> {
  const abort = new AbortController();
  closing.push(() => abort.abort());
  const response = await fetch(url, { headers, signal: abort.signal });
  if (response.status !== 200) throw new Error(`${response.status}`);
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
      const fields = new Map(
        rest
          .slice(0, end)
          .split("\n")
          .map((line) => line.split(/: (.*)/s) as [string, string]),
      );
      rest = rest.slice(end + 2);
      if (fields.get("event") === "tick")
        yield { id: fields.get("id")!, data: JSON.parse(fields.get("data")!) };
    }
  }
}
const next = async (stream: AsyncGenerator<Tick>) => (await stream.next()).value as Tick;

test("a viewer hears of a new event, and one that comes back is up to date at once", async () => {
  const store = memoryStore();
  const { app } = await testApi({ store, clock: hasty });
  const url = serve(app);
  const stream = ticks(url);
  const first = await next(stream);
  expect(first.data).toMatchObject({ ready: true, totals: { requests: 0 } });
  await fill(store, [tokenEvent({ ts: new Date().toISOString() })]);
  const second = await next(stream);
  expect(second.data).toMatchObject({ totals: { requests: 1, inputTokens: 1_000 } });
  expect(second.id).not.toBe(first.id);
  const again = await next(ticks(url, { "last-event-id": first.id }));
  expect(again).toEqual(second);
});

test("a stream that says nothing outlives the idle timeout that ends any other silent connection", async () => {
  const { app } = await testApi();
  app.get(
    "/silent",
    () => new Response(new ReadableStream({ start: (it) => it.enqueue(new Uint8Array(1)) })),
  );
  const url = serve(app, 1);
  const stream = ticks(url);
  await next(stream);
  // The clock stands still, so not even a ping is sent.
  let ended = false;
  const more = stream.next().finally(() => {
    ended = true;
  });
  more.catch(() => {});
  const silent = await fetch(new URL("/silent", url));
  await silent.arrayBuffer().catch(() => {});
  expect(ended).toBe(false);
});

test("more streams than the limit are told to come back; one that leaves makes room", async () => {
  const { app } = await testApi({ env: { CA3_HTTP_MAX_STREAMS: "1" }, clock: systemClock });
  const url = serve(app);
  const abort = new AbortController();
  const one = await fetch(url, { signal: abort.signal });
  const refused = await fetch(url);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await refused.json()).toMatchObject({ type: "urn:ca3:problem:too-busy" });
  abort.abort();
  await one.text().catch(() => {});
  let status = 503;
  while (status === 503) {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    status = response.status;
    await response.body?.cancel();
  }
  expect(status).toBe(200);
});

test("asking only for the head opens no stream", async () => {
  const { app } = await testApi({ env: { CA3_HTTP_MAX_STREAMS: "1" } });
  const url = serve(app);
  for (let n = 0; n < 3; n++) {
    const response = await fetch(url, { method: "HEAD" });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  }
  expect((await next(ticks(url))).data).toMatchObject({ ready: true });
});

test("a viewer that never reads is let go before its backlog fills the memory", async () => {
  let n = 0;
  const { app } = await testApi({
    // Every snapshot is another one, and large.
    readiness: () => ({
      ready: true,
      checks: [{ name: "x", ok: true, detail: `${++n}`.padEnd(500_000, "x") }],
    }),
    clock: hasty,
  });
  const url = serve(app);
  const socket = connect(Number(url.port), "127.0.0.1");
  closing.push(() => socket.destroy());
  socket.on("error", () => {});
  socket.pause();
  socket.write("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  // The ticker rests without clients: when no more snapshots are taken, the client is gone.
  let seen = -1;
  while (n < 5 || seen !== n) {
    seen = n;
    await Bun.sleep(100);
  }
  expect(n).toBeLessThan(200);
});
