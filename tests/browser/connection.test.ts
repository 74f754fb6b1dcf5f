import { expect, test } from "bun:test";
import { fill } from "../http/api.ts";
import { browserSuite } from "./chromium.ts";
import { eventsBefore, steered } from "./steered.ts";

const soFarOf = async (url: string): Promise<number> => {
  const { totals } = await fetch(`${url}api/v1/totals`).then((answer) => answer.json());
  return totals.allocationMicroUsd;
};
const usd = (microUsd: number): string => `$${(Math.round(microUsd / 1e4) / 100).toFixed(2)}`;

await browserSuite((open) => {
  test("a lost connection is told, the numbers stay, and the same page goes on with what came meanwhile", async () => {
    await using server = await steered();
    await fill(server.store, eventsBefore(Date.now()));
    await using shown = await open(server.url);
    const { page } = shown;
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    const soFar = page.locator('[data-formula="soFar"] .figure-value');
    const [status, banner] = [page.locator(".pill"), page.locator('[data-banner="connection"]')];
    await soFar.getByText(usd(await soFarOf(server.url))).waitFor();
    await page.locator('[data-status="live"]').waitFor();

    await server.stop();
    await banner.waitFor();
    expect(await banner.innerText()).toMatch(/The connection is lost\. These are the numbers of .* UTC/);
    expect(await status.innerText()).toBe("Reconnecting");
    expect(await soFar.innerText()).toMatch(/^\$\d/);

    await fill(server.store, eventsBefore(Date.now() - 600_000), "log/topic/9");
    await server.start();
    await page.locator('[data-status="live"]').waitFor();
    await banner.waitFor({ state: "detached" });
    await soFar.getByText(usd(await soFarOf(server.url))).waitFor();
    expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);
  });

  test("who does not want to wait for the next try asks for it", async () => {
    await using server = await steered();
    await using shown = await open(server.url);
    const { page } = shown;
    await page.locator('[data-status="live"]').waitFor();
    await server.stop();
    const now = page.getByRole("button", { name: "Try now" });
    await now.waitFor();
    const tried = page.waitForEvent("requestfailed");
    await now.click();
    await tried;
    await server.start();
    await now.click();
    await page.locator('[data-status="live"]').waitFor();
  });

  test("a viewer that finds no free stream still gets the figures", async () => {
    await using server = await steered({ env: { CA3_HTTP_MAX_STREAMS: "1" } });
    await fill(server.store, eventsBefore(Date.now()));
    await using first = await open(server.url);
    await first.page.locator('[data-status="live"]').waitFor();
    await using second = await open(server.url);
    await second.page.locator('[data-banner="connection"]').waitFor();
    await second.page.locator('[data-formula="blended"] .figure-value', { hasText: /^\$\d/ }).waitFor();
    await second.page.locator('[data-chart="tokens"] canvas').waitFor();
  });

  test("a page in the background asks for nothing, and is up to date when it is looked at again", async () => {
    await using server = await steered();
    await fill(server.store, eventsBefore(Date.now()));
    await using shown = await open(server.url);
    const { page } = shown;
    await page.locator('[data-status="live"]').waitFor();
    const turn = (state: "hidden" | "visible") =>
      page.evaluate((to) => {
        Object.defineProperty(document, "visibilityState", { value: to, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, state);
    await turn("hidden");
    await page.waitForLoadState("networkidle");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await fill(server.store, eventsBefore(Date.now() - 600_000), "log/topic/9");
    expect(asked).toEqual([]);
    await turn("visible");
    await page
      .locator('[data-formula="soFar"] .figure-value')
      .getByText(usd(await soFarOf(server.url)))
      .waitFor();
    expect(asked.some((url) => url.endsWith("/stream"))).toBe(true);
  });
});
