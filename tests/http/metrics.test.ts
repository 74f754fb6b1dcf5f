import { expect, test } from "bun:test";
import { testApi } from "./api.ts";

test("/metrics has our metrics and those of HTTP in the Prometheus text format", async () => {
  const { ask } = await testApi();
  await ask("/health");
  const response = await ask("/metrics");
  const text = await response.text();
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(text).toContain('http_requests_total{method="GET",route="/health",status="200",ok="true"} 1');
  expect(text).toContain('http_request_duration_seconds_bucket{le="0.2",method="GET",route="/health"');
  expect(text).toContain("# TYPE processor_records_total counter");
});

test("a scanner does not make a series of each path or method it tries", async () => {
  const { ask } = await testApi();
  for (let n = 0; n < 20; n++) {
    await ask(`/wp-admin/${n}`);
    await ask(`/api/v1/dead-letters/log/topic/0/${n}`);
    await ask("/health", { method: n % 2 === 0 ? "PROPFIND" : "MKCOL" });
  }
  const text = await (await ask("/metrics")).text();
  const series = text.split("\n").filter((line) => line.startsWith("http_requests_total{"));
  expect(series.sort()).toEqual([
    'http_requests_total{method="GET",route="/api/v1/dead-letters/{id}",status="404",ok="false"} 20',
    'http_requests_total{method="GET",route="unmatched",status="404",ok="false"} 20',
    'http_requests_total{method="other",route="unmatched",status="405",ok="false"} 20',
  ]);
});

test("what the page answers is counted as one route", async () => {
  const page = (request: Request) =>
    new URL(request.url).pathname === "/"
      ? new Response("<p>hello</p>", { headers: { "x-page": "1" } })
      : undefined;
  const { ask } = await testApi({ page });
  const found = await ask("/");
  expect([found.status, await found.text(), found.headers.get("x-frame-options")]).toEqual([
    200,
    "<p>hello</p>",
    "DENY",
  ]);
  expect((await ask("/other")).headers.get("content-type")).toBe("application/problem+json");
  expect((await ask("/", { method: "POST" })).status).toBe(404);
  expect(await (await ask("/metrics")).text()).toContain(
    'method="GET",route="page",status="200",ok="true"} 1',
  );
});
