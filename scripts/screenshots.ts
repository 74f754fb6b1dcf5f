/**
 * Takes the pictures of the documents from the real page on a real pipeline: a day of synthetic load is stored at full
 * speed, the same fleet goes on live, and Chromium looks at it, light and dark.
 *
 *   npm run screenshots [folder]
 *
 * Needs Chromium (`CHROME_PATH`, or on the path). Where the font Inter is installed the pictures are set in it.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { findChromium, launch } from "../tests/browser/browser.ts";
import { realPipeline } from "../tests/browser/real.ts";

/** A little more than the day that is shown, so that it begins in full. */
const STORED_S = 90_000;
const RATE = 5;
/** More than this would make the documents slow to open. */
const MOST_BYTES = 200_000;

type Picture = {
  readonly name: string;
  /** Query string of the view. */
  readonly view: string;
  readonly width: number;
  readonly height: number;
  readonly scale?: number;
  /** Part of the page that is brought to the top, below the bar. */
  readonly from?: string;
};

const pictures: readonly Picture[] = [
  { name: "dashboard", view: "?range=24h", width: 1440, height: 872 },
  { name: "gpus", view: "?range=24h&by=team", width: 1440, height: 822, from: ".gpus" },
  { name: "formula", view: "?range=24h&show=formula:output", width: 900, height: 470 },
  { name: "phone", view: "?range=24h", width: 390, height: 780, scale: 1.5 },
];

const fleet = {
  ...{ CA3_SOURCE: "synthetic", RATE: String(RATE), CA3_GPUS: "4", HOSTNAME: "node-1" },
  ...{ CA3_MODEL: "llama-3.3-70b,qwen3-32b,mistral-small", CA3_TEAM: "assistant,search,batch" },
  ...{ CA3_SLO_TTFT: "1s", CA3_SLO_E2E: "30s" },
};

/** Stores the day before now as `ca3 up --once` does. */
async function storeOneDay(data: string): Promise<void> {
  const start = new Date(Date.now() - STORED_S * 1000).toISOString();
  const child = Bun.spawn(
    [
      ...[process.execPath, "src/main.ts", "up", "--once", "--data", data, "--port", "0"],
      ...["--speed", "max", "--start", start, "--count", String(STORED_S * RATE)],
    ],
    { env: { ...process.env, ...fleet }, stdio: ["ignore", "ignore", "inherit"] },
  );
  if ((await child.exited) !== 0) throw new Error("the day could not be stored");
}

/** Nothing loads any more, and what came is drawn. */
async function settled(page: Page): Promise<void> {
  await page.locator('[data-status="live"]').waitFor();
  await page.locator('[data-formula="tokensPerSecond"] .figure-value', { hasText: /\d/ }).waitFor();
  await page.waitForFunction(
    () => document.querySelector(".bone, [aria-busy='true']") === null && document.fonts.status === "loaded",
  );
  await page.waitForLoadState("load");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function take(browser: Browser, url: string, folder: string, picture: Picture): Promise<void> {
  const { name, view, width, height, scale = 1, from } = picture;
  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({
      ...{ viewport: { width, height }, deviceScaleFactor: scale, colorScheme, reducedMotion: "reduce" },
    });
    const page = await context.newPage();
    await page.goto(url + view);
    // What is far below is loaded when it comes near.
    for (const part of [".gpus", ".breakdown", from ?? "main"]) {
      await page.locator(part).evaluate((one) => one.scrollIntoView({ block: "start" }));
      await settled(page);
    }
    if (from === undefined) await page.evaluate(() => scrollTo(0, 0));
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await settled(page);
    const path = join(folder, `${name}-${colorScheme}.png`);
    await page.screenshot({ path });
    await context.close();
    const { size } = statSync(path);
    process.stderr.write(`${path}: ${Math.round(size / 1000)} kB\n`);
    if (size > MOST_BYTES) throw new Error(`${path} is larger than ${MOST_BYTES / 1000} kB`);
  }
}

const folder = process.argv[2] ?? "docs/images";
mkdirSync(folder, { recursive: true });
const data = mkdtempSync(join(tmpdir(), "ca3-screenshots-"));
try {
  await storeOneDay(data);
  await using pipeline = await realPipeline(fleet, data);
  const browser = await launch(await findChromium());
  try {
    for (const picture of pictures) await take(browser, pipeline.url, folder, picture);
  } finally {
    await browser.close();
  }
} finally {
  rmSync(data, { recursive: true, force: true });
}
process.exit(0);
