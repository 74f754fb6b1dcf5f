import { afterAll, expect, test } from "bun:test";
import { ScrapeError, type ScrapeFailure, scrape } from "./scrape.ts";

const big = 'other{a="b"} 1\n'.repeat(1000);
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  routes: {
    "/ok": () =>
      new Response("# TYPE up gauge\nup 1\r\nother 2\nlast 3", { headers: { "content-type": "text/plain" } }),
    "/401": () => new Response("who are you", { status: 401 }),
    "/500": () => new Response("no", { status: 500 }),
    "/html": () =>
      new Response("<html>\n<p>hello</p>\n</html>", { headers: { "content-type": "text/html" } }),
    "/redirect": () => Response.redirect("/ok"),
    "/endless": () =>
      new Response(
        new ReadableStream({
          async pull(controller) {
            controller.enqueue(new TextEncoder().encode(big));
          },
        }),
      ),
    "/slow": () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode("up 1\n"));
          },
        }),
      ),
  },
});
afterAll(() => server.stop(true));

const get = (path: string, timeoutMs = 5000) =>
  scrape({
    url: `${server.url.origin}${path}`,
    timeoutMs,
    maxBytes: 1e6,
    wanted: (name) => name !== "other",
  });

test("keeps the wanted samples of a page", async () =>
  expect(await get("/ok")).toMatchObject({
    other: "other",
    samples: [
      { name: "up", labels: {}, value: 1 },
      { name: "last", labels: {}, value: 3 },
    ],
    bytes: 36,
    seen: 3,
  }));

test.each([
  ["/401", "unauthorized", "401"],
  ["/500", "http_error", "500"],
  ["/html", "not_metrics", "text/html"],
  ["/endless", "too_large", "1000000 bytes"],
  ["/slow", "timeout", "300 ms"],
  ["/redirect", "unreachable", ""],
] as [string, ScrapeFailure, string][])("%s fails as %s", async (path, reason, words) => {
  const error = await get(path, path === "/slow" ? 300 : 5000).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ScrapeError);
  expect((error as ScrapeError).reason).toBe(reason);
  expect((error as ScrapeError).message).toContain(words);
});

test("nobody listening is unreachable", async () => {
  const url = "http://127.0.0.1:1/metrics";
  const error = await scrape({ url, timeoutMs: 2000, maxBytes: 1e6, wanted: () => true }).catch(
    (e: unknown) => e,
  );
  expect((error as ScrapeError).reason).toBe("unreachable");
});
