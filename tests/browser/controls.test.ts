import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { fill } from "../http/api.ts";
import { browserSuite } from "./chromium.ts";
import { eventsBefore, steered } from "./steered.ts";

const queryOf = (page: Page) => new URL(page.url()).searchParams;
const names = (page: Page) => page.locator(".groups tbody th").allInnerTexts();

await browserSuite((open) => {
  let server: Awaited<ReturnType<typeof steered>>;
  beforeAll(async () => {
    server = await steered();
    await fill(server.store, eventsBefore(Date.now()));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** A page whose table has come. */
  async function ready(search = "", options = {}) {
    const shown = await open(`${server.url}${search}`, options);
    await shown.page.locator(".breakdown").scrollIntoViewIfNeeded();
    await shown.page.locator(".groups tbody tr").first().waitFor();
    return shown;
  }

  describe("the time range", () => {
    test.each([
      ["15 min", "15m"],
      ["6 h", "6h"],
      ["7 d", "7d"],
      ["All", "all"],
    ])("%s is asked for and stands in the address", async (label, value) => {
      await using shown = await ready();
      const { page } = shown;
      const asked = page.waitForRequest((request) => request.url().includes("/api/v1/totals"));
      await page.locator(".range-buttons").getByRole("radio", { name: label, exact: true }).click();
      expect(queryOf(page).get("range")).toBe(value);
      expect(new URL((await asked).url()).searchParams.get("last")).toBe(value === "all" ? null : value);
    });

    test("can be typed, and one that makes no sense cannot be shown", async () => {
      await using shown = await ready();
      const { page } = shown;
      await page.locator(".range-buttons").getByRole("radio", { name: "Custom" }).click();
      const [from, to] = [page.getByLabel("From", { exact: true }), page.getByLabel("to", { exact: true })];
      await from.fill("2026-11-02T10:00");
      await to.fill("2026-11-02T09:00");
      expect(await page.getByText("The start must be before the end.").isVisible()).toBe(true);
      expect(await page.getByRole("button", { name: "Show", exact: true }).isDisabled()).toBe(true);
      await to.fill("2026-11-02T11:00");
      await page.getByRole("button", { name: "Show", exact: true }).click();
      expect(Object.fromEntries(queryOf(page))).toMatchObject({
        from: "2026-11-02T10:00:00Z",
        to: "2026-11-02T11:00:00Z",
      });
    });

    test("can be drawn onto a chart", async () => {
      await using shown = await ready();
      const { page } = shown;
      const area = page.locator('[data-chart="tokens"] .u-over');
      await area.scrollIntoViewIfNeeded();
      const box = (await area.boundingBox())!;
      await page.mouse.move(box.x + box.width * 0.3, box.y + 50);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.7, box.y + 50, { steps: 4 });
      await page.mouse.up();
      await page.waitForURL(/from=.*to=/);
      expect(Date.parse(queryOf(page).get("from")!)).toBeLessThan(Date.parse(queryOf(page).get("to")!));
    });

    test("is a list on a phone", async () => {
      await using shown = await ready("", { viewport: { width: 360, height: 740 } });
      await shown.page.locator(".range-list select").selectOption("1h");
      expect(queryOf(shown.page).get("range")).toBe("1h");
    });
  });

  describe("the table", () => {
    test("is grouped anew, and the address says by what", async () => {
      await using shown = await ready();
      const { page } = shown;
      await page.locator('[data-control="by"]').getByRole("radio", { name: "Team" }).click();
      await page.locator(".groups tbody th", { hasText: "search" }).waitFor();
      expect(queryOf(page).get("by")).toBe("team");
      expect((await names(page)).sort()).toEqual(["chat", "search"]);
    });

    test("is sorted by a title, the other way at the next click, by keyboard as well", async () => {
      await using shown = await ready();
      const { page } = shown;
      const title = page.locator('[data-sort="outputTokens"]');
      await title.click();
      await page.locator('th[aria-sort="descending"] [data-sort="outputTokens"]').waitFor();
      expect(await names(page)).toEqual(["qwen3-32b", "llama-3.1-8b"]);
      await title.focus();
      await page.keyboard.press("Enter");
      await page.locator('th[aria-sort="ascending"] [data-sort="outputTokens"]').waitFor();
      expect(await names(page)).toEqual(["llama-3.1-8b", "qwen3-32b"]);
      expect(queryOf(page).get("sort")).toBe("outputTokens");
    });

    test("is saved with exact numbers, in the order of the page", async () => {
      await using shown = await ready("?range=all&sort=name");
      const { page } = shown;
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.locator('[data-control="csv"]').click(),
      ]);
      const lines = (await Bun.file(await download.path()).text()).trim().split("\r\n");
      const header = lines[0]!.split(",");
      const answer = await fetch(`${server.url}api/v1/groups?by=model`).then((one) => one.json());
      expect(download.suggestedFilename()).toMatch(/^ca3-model-\d{4}-\d\d-\d\dT\d{4}Z\.csv$/);
      expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(["llama-3.1-8b", "qwen3-32b"]);
      for (const line of lines.slice(1)) {
        const cells = line.split(",");
        const group = answer.groups.find(({ key }: { key: string }) => key === cells[0]);
        for (const name of ["allocationMicroUsd", "outputTokens", "microUsdPerMillionTokens"])
          expect(cells[header.indexOf(name)]).toBe(String(group[name]));
      }
    });
  });

  test("the formula behind a number ends at the API's, and back leads out of it", async () => {
    await using shown = await ready("?range=all");
    const { page } = shown;
    await page.locator('[data-formula="blended"]').click();
    const panel = page.locator('[data-panel="formula"]');
    await panel.waitFor();
    expect(queryOf(page).get("show")).toBe("formula:blended");
    const { totals } = await fetch(`${server.url}api/v1/totals`).then((one) => one.json());
    const shownUsd = Number((await panel.locator(".formula-result").innerText()).replace(/[$,]/g, ""));
    expect(Math.round(shownUsd * 1e6)).toBe(totals.microUsdPerMillionTokens);
    expect(await panel.locator(".formula-numbers").innerText()).toContain("× 1,000,000");
    await page.goBack();
    await panel.waitFor({ state: "detached" });
  });

  test.each(["Escape", "Close", "around"])("a panel is closed by %s", async (way) => {
    await using shown = await ready("?show=sources");
    const { page } = shown;
    const panel = page.locator('[data-panel="sources"]');
    await panel.waitFor();
    if (way === "Escape") await page.keyboard.press("Escape");
    else if (way === "Close") await panel.getByRole("button", { name: "Close" }).click();
    else await page.mouse.click(40, 500);
    await panel.waitFor({ state: "detached" });
    expect(queryOf(page).get("show")).toBeNull();
  });

  test("a group opens with all its formulas, by keyboard", async () => {
    await using shown = await ready();
    await shown.page.locator(".groups tbody .link").first().focus();
    await shown.page.keyboard.press("Enter");
    const panel = shown.page.locator('[data-panel="group"]');
    await panel.locator('[data-formula-title="Idle cost"]').waitFor();
    expect(await panel.locator(".formula").count()).toBeGreaterThan(8);
  });

  test("a card is found and opened with the arrow keys", async () => {
    await using shown = await ready();
    const { page } = shown;
    await page.locator(".heat-canvas").focus();
    await page.keyboard.press("ArrowDown");
    expect(await page.locator(".heat-reading").innerText()).toContain("#1");
    await page.keyboard.press("Enter");
    const panel = page.locator('[data-panel="gpu"]');
    await panel.waitFor();
    expect(queryOf(page).get("show")).toBe("gpu:GPU-b");
    expect(await panel.innerText()).toContain("estimated");
  });

  test("what the strip and the tokens chart show can be chosen", async () => {
    await using shown = await ready();
    const { page } = shown;
    await page.locator(".heat").getByRole("radio", { name: "Power" }).click();
    await page.locator('.heat-canvas[aria-label^="Power"]').waitFor();
    await page.locator('[data-chart="tokens"]').getByRole("radio", { name: "By model" }).click();
    await page.locator('[data-chart="tokens"] .legend', { hasText: "qwen3-32b" }).waitFor();
    expect(Object.fromEntries(queryOf(page))).toEqual({ split: "group", heat: "power" });
  });

  test("paused, it asks for nothing more; resumed, it moves again", async () => {
    await using shown = await ready();
    const { page } = shown;
    await page.locator('[data-status="live"]').waitFor();
    await page.locator('[data-control="pause"]').click();
    await page.locator(".pill", { hasText: "Paused at" }).waitFor();
    expect(queryOf(page).get("paused")).toMatch(/^\d{4}-.*Z$/);
    await page.waitForLoadState("networkidle");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await fill(server.store, [...eventsBefore(Date.now() + 20_000)].slice(0, 4), "log/topic/9");
    expect(await page.locator(".figure-big").first().isVisible()).toBe(true);
    expect(asked.filter((url) => url.includes("/stream"))).toEqual([]);
    const stream = page.waitForRequest((request) => request.url().includes("/api/v1/stream"));
    await page.locator('[data-control="pause"]').click();
    await stream;
    await page.locator('[data-status="live"]').waitFor();
    expect(queryOf(page).get("paused")).toBeNull();
  });

  test("the colours are the reader's choice and outlast a reload", async () => {
    await using shown = await ready();
    const { page } = shown;
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.locator('[data-control="theme"]').click();
    await page.locator('[data-control="theme"]').click();
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
    expect(await background()).not.toBe(light);
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
  });

  test("a shared address shows the same view, and the browser's back goes through the steps", async () => {
    await using shown = await ready("?range=1h&by=team&sort=name&heat=memory");
    const { page } = shown;
    expect(await page.locator('input[name="range"]:checked').getAttribute("value")).toBe("1h");
    expect(await page.locator('input[name="by"]:checked').getAttribute("value")).toBe("team");
    expect(await page.locator('input[name="heat"]:checked').getAttribute("value")).toBe("memory");
    await page.locator('[data-control="by"]').getByRole("radio", { name: "Host" }).click();
    await page.locator(".range-buttons").getByRole("radio", { name: "Live" }).click();
    await page.goBack();
    await page.goBack();
    expect(Object.fromEntries(queryOf(page))).toEqual({
      range: "1h",
      by: "team",
      sort: "name",
      heat: "memory",
    });
    expect(await page.locator('input[name="by"]:checked').getAttribute("value")).toBe("team");
  });
});
