import { afterAll, expect, test } from "bun:test";
import { appendFileSync, writeFileSync } from "node:fs";
import { ca3Process } from "../helpers/cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { untilSeen } from "../helpers/until.ts";
import { type FakeExporter, fakeExporter } from "../sources/fake-exporter.ts";
import { fixture, pageOf } from "../sources/page.ts";
import { runUp } from "./running.ts";

const running: FakeExporter[] = [];
afterAll(() => Promise.all(running.map((one) => one.stop())));
const serving = (page: string): FakeExporter => {
  const exporter = fakeExporter({ page });
  running.push(exporter);
  return exporter;
};

const dcgmPage = await fixture("dcgm/exporter-4.9.prom");
const moreJoules = (joules: number) => dcgmPage.replace("1834112345.678", String(1_834_112_345.678 + joules));
const vllmPage = (at: 1 | 2) => fixture(`vllm/server-new-${at}.prom`);
const sglangPage = (at: 1 | 2) => fixture(`sglang/server-old-${at}.prom`);
const gatewayLog = await fixture("openai/gateway.jsonl");
const atNow = (log: string) =>
  log.replaceAll(/"started_at":"[^"]+"/g, `"started_at":"${new Date().toISOString()}"`);

type Totals = Record<string, number> & { readonly tokenQuality: readonly string[] };
const get = async (url: string, path: string) => (await fetch(new URL(path, url))).json();
const totals = async (url: string): Promise<Totals> => (await get(url, "api/v1/report")).totals;
const metrics = async (url: string) => (await fetch(new URL("metrics", url))).text();
const asked = (exporter: FakeExporter, times: number) => {
  const from = exporter.requests.length;
  return untilSeen(
    () => exporter.requests.length - from,
    (count) => count >= times,
  );
};

test("cards, servers and requests of several endpoints add up exactly, over a kill, with one endpoint dead", async () => {
  using folder = temporaryFolder("real");
  const [dcgm, vllm, sglang] = [serving(dcgmPage), serving(await vllmPage(1)), serving(await sglangPage(1))];
  const dead = fakeExporter("hang");
  running.push(dead);
  const log = folder.file("responses.jsonl");
  writeFileSync(log, "");
  const args = [
    ...["--source", "dcgm,vllm,openai-log", "--dcgm-url", dcgm.url, "--dcgm-url", dead.url],
    ...["--vllm-url", vllm.url, "--vllm-url", sglang.url, "--log-file", log],
    ...["--sample-interval", "100ms", "--price-per-hour", "3.6", "--data", folder.file("data")],
    ...["--join", "host=gpu-node-1 model=meta-llama/Llama-3.1-8B-Instruct team=search"],
  ];
  const env = { CA3_SLO_E2E: "10s", CA3_SCRAPE_TIMEOUT: "200ms" };

  const first = await runUp(args, env);
  await Promise.all([asked(dcgm, 2), asked(vllm, 2), asked(sglang, 2)]);
  dcgm.answer({ page: moreJoules(1_000) });
  vllm.answer({ page: await vllmPage(2) });
  appendFileSync(log, atNow(gatewayLog));
  const seen = await untilSeen(
    () => totals(first.url),
    (now) => now["requests"] === 52 && now["energyJoules"]! >= 1_000,
  );
  expect(seen).toMatchObject({
    ...{ inputTokens: 79_564 + 12 + 11, outputTokens: 7_431 + 4 + 2, cacheReadTokens: 19_759, errors: 3 },
    ...{ energyJoules: 1_000, sloRequests: 52, sloEstimatedRequests: 50 },
    tokenQuality: ["estimated", "measured"],
  });
  expect(seen["goodRequests"]!).toBeWithin(30, 52);
  expect(seen["p50TtftSeconds"]!).toBeWithin(0.3, 0.7);
  expect(seen["p99LatencySeconds"]!).toBeWithin(8, 20);

  const text = await untilSeen(
    () => metrics(first.url),
    (page) => page.includes('reason="timeout"'),
  );
  const up = (url: string, kind: string) => `producer_source_up{source="${kind} ${url}"}`;
  expect(text).toContain(`${up(dcgm.url, "dcgm")} 1`);
  expect(text).toContain(`${up(dead.url, "dcgm")} 0`);
  expect(text).toMatch(
    new RegExp(`producer_scrape_errors_total\\{source="dcgm ${dead.url}",reason="timeout"\\} [1-9]`),
  );
  expect(text).toContain(`producer_last_success_timestamp_seconds{source="vllm ${vllm.url}"}`);
  expect(text).toMatch(
    new RegExp(`producer_scrape_duration_seconds_count\\{source="vllm ${sglang.url}"\\} [1-9]`),
  );
  expect(text).toContain('ready{check="sources"} 1');
  const ready = await fetch(new URL("ready", first.url));
  expect(ready.status).toBe(200);
  expect(JSON.stringify(await ready.json())).toContain("1 of 5 are away");
  const { sources } = await get(first.url, "api/v1/status");
  expect(sources.find(({ name }: { name: string }) => name === `dcgm ${dcgm.url}`)).toMatchObject({
    ok: true,
    detail: "2 GPUs",
  });

  first.kill("SIGKILL");
  await first.ended;
  sglang.answer({ page: await sglangPage(2) });
  dcgm.answer({ page: moreJoules(1_500) });
  appendFileSync(log, atNow(gatewayLog).replaceAll("8b0", "8c0"));
  const second = await runUp(args, env);
  const after = await untilSeen(
    () => totals(second.url),
    (now) => now["requests"] === 52 + 30 + 2 && now["energyJoules"]! >= 1_500,
  );
  expect(after).toMatchObject({
    ...{ inputTokens: 79_587 + 48_463 + 23, outputTokens: 7_437 + 4_325 + 6, energyJoules: 1_500 },
  });
  const byTeam = await get(second.url, "api/v1/report?by=team");
  expect(byTeam.groups.map(({ key }: { key: string }) => key).sort()).toEqual(["", "search"]);
  second.kill("SIGTERM");
  expect((await second.ended).code).toBe(0);
}, 60_000);

test("with all sources dead the pipeline runs, is not ready, and says why", async () => {
  using folder = temporaryFolder("dead");
  const other = serving(pageOf({ node_load1: 1, node_load5: 2 }));
  const up = await runUp([
    "--dcgm-url",
    other.url,
    "--sample-interval",
    "100ms",
    "--data",
    folder.file("data"),
  ]);
  const ready = await untilSeen(
    () => fetch(new URL("ready", up.url)),
    ({ status }) => status === 503,
  );
  expect(JSON.stringify(await ready.json())).toContain("a page with node_load1 and 1 more");
  up.kill("SIGINT");
  expect((await up.ended).code).toBe(0);
}, 30_000);

test("a log is read to its end with --once, and the next time only what is new", async () => {
  using folder = temporaryFolder("once");
  const log = folder.file("responses.jsonl");
  writeFileSync(log, atNow(gatewayLog));
  const once = () =>
    ca3Process(["up", "--port", "0", "--once", "--log-file", log, "--data", folder.file("data")]);
  const requests = async () =>
    JSON.parse((await ca3Process(["report", "--data", folder.file("data"), "--output", "json"])).out).totals
      .requests;
  expect((await once()).code).toBe(0);
  expect(await requests()).toBe(2);
  appendFileSync(log, atNow(gatewayLog).replaceAll("8b0", "8d0"));
  expect((await once()).code).toBe(0);
  expect(await requests()).toBe(4);
}, 60_000);

test.each([
  [["--source", "dcgm"], "the source dcgm needs an endpoint"],
  [["--source", "vllm"], "the source vllm needs an endpoint"],
  [["--source", "openai-log"], "the source openai-log needs a file"],
  [["--dcgm-url", "node-1:9400"], "expected a URL"],
  [["--vllm-url", "http://user:pass@a/"], "must not hold a password"],
])("%j is refused with what is missing", async (args, words) => {
  using folder = temporaryFolder("usage");
  const { code, err } = await ca3Process(["up", "--port", "0", "--data", folder.file("data"), ...args]);
  expect(code).toBe(2);
  expect(err).toContain(words);
  expect(err).not.toContain("user:pass");
});
