import { afterAll, beforeAll, expect, test } from "bun:test";
import { barriers } from "./axe.ts";
import { browserSuite } from "./chromium.ts";
import { type RealPipeline, realPipeline, SAMPLE } from "./real.ts";

await browserSuite((open) => {
  let pipeline: RealPipeline;
  beforeAll(async () => {
    pipeline = await realPipeline(SAMPLE);
  });
  afterAll(() => pipeline[Symbol.asyncDispose]());

  test("the figures and charts of a real pipeline appear, from this origin alone and without a complaint", async () => {
    await using shown = await open(pipeline.url);
    const { page } = shown;
    await page.locator('[data-chart="tokens"] canvas').waitFor();
    await page.locator('[data-formula="blended"] .figure-value', { hasText: /^\$\d/ }).waitFor();
    for (const name of ["price", "tokens", "cost", "idle", "energy"])
      expect(await page.locator(`[data-card="${name}"] .figure-value`).first().innerText()).toMatch(/\d/);
    for (const name of ["cost", "utilization", "memory", "power"]) {
      await page.locator(`[data-chart="${name}"]`).scrollIntoViewIfNeeded();
      await page.locator(`[data-chart="${name}"] canvas`).waitFor();
    }
    await page.locator(".groups tbody tr").first().waitFor();
  });

  test("the notes of the report are in sight, and each figure says what it is worth", async () => {
    await using shown = await open(pipeline.url);
    await shown.page.locator(".notes li").first().waitFor();
    expect(await shown.page.locator(".notes").innerText()).toContain(
      "GPU figures are modelled, not measured",
    );
    expect(await shown.page.locator('[data-card="tokens"] .badge').innerText()).toBe("measured");
    expect(await shown.page.locator('[data-card="price"] .badge').innerText()).toBe("synthetic GPUs");
  });

  test("it moves with the pipeline", async () => {
    await using shown = await open(pipeline.url);
    const soFar = shown.page.locator('[data-formula="soFar"] .figure-value');
    await soFar.filter({ hasText: /\d/ }).waitFor();
    await shown.page.locator('[data-status="live"]').waitFor();
    const chart = shown.page.locator('[data-chart="cost"] .plot');
    await chart.waitFor();
    const before = await chart.getAttribute("aria-label");
    await shown.page.waitForFunction(
      (label) => document.querySelector('[data-chart="cost"] .plot')?.getAttribute("aria-label") !== label,
      before,
      { timeout: 25_000 },
    );
  });

  test.each(["light", "dark"] as const)("nothing stands in the way of anybody, %s", async (colorScheme) => {
    await using shown = await open(pipeline.url, { colorScheme });
    const { page } = shown;
    await page.locator('[data-chart="tokens"] canvas').waitFor();
    await page.locator(".heat-canvas").scrollIntoViewIfNeeded();
    await page.locator(".groups tbody tr").first().waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.locator('[data-formula="input"]').click();
    await page.locator('[data-panel="formula"]').waitFor();
    expect(await barriers(page)).toEqual([]);
  });

  test.each([360, 768, 3840])("%d pixels wide, nothing sticks out", async (width) => {
    await using shown = await open(pipeline.url, { viewport: { width, height: 800 } });
    const { page } = shown;
    await page.locator('[data-chart="tokens"] canvas').waitFor();
    await page.locator(".breakdown").scrollIntoViewIfNeeded();
    await page.locator(".groups tbody tr").first().waitFor();
    const [content, window] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(content!).toBeLessThanOrEqual(window!);
  });

  test("a chart can be read as a table", async () => {
    await using shown = await open(pipeline.url);
    const chart = shown.page.locator('[data-chart="tokens"]');
    await chart.locator("canvas").waitFor();
    expect(await chart.locator(".plot").getAttribute("aria-label")).toMatch(/Input: latest [\d,.k]+, mean/);
    await chart.getByRole("button", { name: /as a table/ }).click();
    expect(await chart.locator("thead th").allInnerTexts()).toEqual(["Time (UTC)", "Input", "Output"]);
    expect(await chart.locator("tbody tr").count()).toBeGreaterThan(5);
  });
});
