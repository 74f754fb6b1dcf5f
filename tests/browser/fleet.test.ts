import { afterAll, beforeAll, expect, test } from "bun:test";
import { fill } from "../http/api.ts";
import { gpuEvent, tokenEvent } from "../samples/events.ts";
import { barriers } from "./axe.ts";
import { browserSuite } from "./chromium.ts";
import { steered } from "./steered.ts";

const GPUS = 200;
const READINGS = 30;

/** Cards of 25 machines with eight each, over five minutes, every one busier than the one before. */
function fleetEvents(endMs: number) {
  return Array.from({ length: READINGS }, (_, at) => {
    const ts = new Date(Math.floor(endMs / 10_000) * 10_000 - at * 10_000).toISOString();
    return [
      tokenEvent({ event_id: `token-${at}`, ts, seq: at }),
      ...Array.from({ length: GPUS }, (_, gpu) =>
        gpuEvent({
          ...{ event_id: `gpu-${gpu}-${at}`, ts, seq: at, gpu_uuid: `GPU-${gpu}`, gpu_index: gpu % 8 },
          ...{ host: `node-${Math.floor(gpu / 8)}`, utilization: gpu / (GPUS - 1), power_w: 100 + gpu },
        }),
      ),
    ];
  }).flat();
}

await browserSuite((open) => {
  let server: Awaited<ReturnType<typeof steered>>;
  beforeAll(async () => {
    server = await steered();
    await fill(server.store, fleetEvents(Date.now()));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("two hundred cards are drawn as what most of them do, and each one as a row of its own", async () => {
    await using shown = await open(server.url);
    const { page } = shown;
    await page.locator(".gpus").scrollIntoViewIfNeeded();
    await page.locator(".gpus .section-head").getByText("200 cards").waitFor();
    const chart = page.locator('[data-chart="utilization"]');
    await chart.locator("canvas").waitFor();
    expect(await chart.locator(".legend").innerText()).toMatch(/Median 50\.\d %/);
    expect(await chart.locator(".legend").innerText()).toMatch(/All 0\.0 % – 100\.0 %/);
    const canvas = page.locator(".heat-canvas");
    expect(await canvas.evaluate((one: HTMLCanvasElement) => one.height)).toBe(GPUS);
    await canvas.focus();
    await page.keyboard.press("End");
    // The newest columns may be of the time since the events ended.
    const reading = page.locator(".heat-reading");
    await reading.getByText("node-24").waitFor();
    for (let step = 0; step < 20 && !(await reading.innerText()).includes("%"); step++)
      await page.keyboard.press("ArrowLeft");
    expect(await reading.innerText()).toContain("100.0 %");
    expect(await page.locator(".heat-reading").innerText()).toContain("node-24 #7");
    await page.keyboard.press("Enter");
    await page.locator('[data-panel="gpu"]').waitFor();
    expect(new URL(page.url()).searchParams.get("show")).toBe("gpu:GPU-199");
  });

  test("their table begins with some and shows all when asked to", async () => {
    await using shown = await open(`${server.url}?by=gpu&sort=utilization`);
    const { page } = shown;
    await page.locator(".breakdown").scrollIntoViewIfNeeded();
    const rows = page.locator(".groups tbody tr");
    await rows.first().waitFor();
    expect(await rows.count()).toBe(25);
    expect(await rows.first().innerText()).toContain("100.0 %");
    // Those on which no tokens ran are counted as a line as well.
    await page.getByRole("button", { name: /Show all 20\d/ }).click();
    expect(await rows.count()).toBeGreaterThanOrEqual(GPUS);
    expect(await barriers(page)).toEqual([]);
  });

  test.each([390, 1440])("nothing sticks out at %d pixels", async (width) => {
    await using shown = await open(`${server.url}?by=gpu`, { viewport: { width, height: 850 } });
    const { page } = shown;
    await page.locator(".gpus").scrollIntoViewIfNeeded();
    await page.locator(".heat-canvas").waitFor();
    await page.locator(".breakdown").scrollIntoViewIfNeeded();
    await page.locator(".groups tbody tr").first().waitFor();
    const wider = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect(wider).toBeLessThanOrEqual(0);
  });
});
