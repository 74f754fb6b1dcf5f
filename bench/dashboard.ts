/**
 * What the dashboard costs those who load it and those who watch it:
 *   bun bench/dashboard.ts [starts, 7] [seconds watched, 60; 0 to leave it out]
 * Prints the compressed size of the page; the time from the line that says the server is up, on an empty folder, to the
 * first chart with data on the screen of a browser that is open already; and the CPU share of watching 200 GPUs, of the
 * server (with a viewer less without) and of each kind of process of the browser, which draws without a GPU here. Needs
 * Chromium and Linux.
 */
import { loadavg } from "node:os";
import type { Browser, Page } from "playwright-core";
import { bundlePage } from "../src/dashboard/bundle.ts";
import { compressedBytes } from "../src/dashboard/page-files.ts";
import { findChromium, launch } from "../tests/browser/browser.ts";
import { chromiumProcesses, cpuSeconds } from "./dashboard/cpu.ts";
import { startServer } from "./dashboard/server.ts";
import { median } from "./embedded/median.ts";

const [starts = 7, watchedS = 60] = process.argv.slice(2).map(Number);
const say = (line: string) => process.stdout.write(`${line}\n`);
const ms = (values: readonly number[]) =>
  `median ${Math.round(median(values))} ms, at most ${Math.round(Math.max(...values))} ms`;
const percent = (share: number) => `${(share * 100).toFixed(2)} % of a core`;

/** Resolves in the frame after a chart with values was drawn. */
const chartPainted = (page: Page) =>
  page.waitForFunction(() => {
    const plot = document.querySelector('[data-chart="tokens"] .plot');
    const drawn =
      plot?.querySelector("canvas") && /latest [\d,.k]+/.test(plot.getAttribute("aria-label") ?? "");
    return drawn && new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(true))));
  });

/** Time and CPU of server and browser, in ms, from the server being up to the chart on the screen. */
async function firstChart(browser: Browser): Promise<{ waitedMs: number; cpuMs: number }> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await using server = await startServer({});
  const used = () =>
    [server.pid, ...chromiumProcesses().keys()].reduce((sum, pid) => sum + cpuSeconds(pid), 0) * 1000;
  const before = used();
  await page.goto(server.url, { waitUntil: "commit" });
  await chartPainted(page);
  const waitedMs = performance.now() - server.upMs;
  const cpuMs = used() - before;
  await page.close();
  return { waitedMs, cpuMs };
}

/** CPU shares over some seconds: of the server, and of the browser by kind of process. */
async function shares(serverPid: number): Promise<ReadonlyMap<string, number>> {
  const kinds = new Map([[serverPid, "server"], ...chromiumProcesses()]);
  const before = new Map([...kinds.keys()].map((pid) => [pid, cpuSeconds(pid)]));
  const startMs = performance.now();
  await Bun.sleep(watchedS * 1000);
  const seconds = (performance.now() - startMs) / 1000;
  const sums = new Map<string, number>();
  for (const [pid, kind] of kinds)
    sums.set(kind, (sums.get(kind) ?? 0) + Math.max(0, cpuSeconds(pid) - before.get(pid)!) / seconds);
  return sums;
}

async function watching(browser: Browser): Promise<void> {
  await using server = await startServer({ CA3_SOURCE: "synthetic", CA3_GPUS: "200", RATE: "100" });
  // The live range is ten minutes; two of them fill the caches and show all cards.
  await Bun.sleep(30_000);
  const alone = (await shares(server.pid)).get("server")!;
  say(`watching 200 GPUs, ${watchedS} s each; the server alone, at 100 events/s: ${percent(alone)}`);
  for (const part of ["top of the page", "GPUs and table in sight"]) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(server.url);
    await chartPainted(page);
    if (part !== "top of the page") {
      await page.locator(".heat").scrollIntoViewIfNeeded();
      await page.locator(".groups tbody tr").first().waitFor();
    }
    await Bun.sleep(5_000);
    const found = await shares(server.pid);
    const rest = [...found].filter(([kind]) => kind !== "server" && kind !== "zygote");
    say(`  ${part}: server +${percent(Math.max(0, found.get("server")! - alone))}`);
    for (const [kind, share] of rest) say(`    ${kind}: ${percent(share)}`);
    await page.close();
  }
}

const files = await bundlePage();
say(
  `page: ${(compressedBytes(files) / 1000).toFixed(1)} kB compressed in ${Object.keys(files).length} files`,
);
for (const [path, file] of Object.entries(files))
  say(`  ${path.replace(/-[^-]+\./, ".")}: ${(compressedBytes({ [path]: file }) / 1000).toFixed(1)} kB`);

const browser = await launch(await findChromium());
const times: Awaited<ReturnType<typeof firstChart>>[] = [];
for (let start = 0; start < starts; start++) times.push(await firstChart(browser));
say(`first chart with data, ${starts} starts, load average ${loadavg()[0]!.toFixed(1)}:`);
say(`  ${ms(times.map(({ waitedMs }) => waitedMs))} after the server is up`);
say(`  CPU of server and browser meanwhile: ${ms(times.map(({ cpuMs }) => cpuMs))}`);
if (watchedS > 0) await watching(browser);
await browser.close();
