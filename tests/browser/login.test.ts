import { expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { fill, TOKEN } from "../http/api.ts";
import { barriers } from "./axe.ts";
import { browserSuite } from "./chromium.ts";
import { eventsBefore, steered } from "./steered.ts";

/** The address under which others reach this machine; one that is no loopback address in any case. */
const address =
  Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "0.0.0.0";

const open4others = () => steered({ env: { HTTP_HOST: "0.0.0.0", CA3_API_TOKEN: TOKEN }, address });

await browserSuite((open) => {
  test("on an address that others reach, the figures are shown to those who know the token", async () => {
    await using server = await open4others();
    await fill(server.store, eventsBefore(Date.now()));
    await using shown = await open(server.url);
    const { page } = shown;
    const token = page.getByLabel("Access token");
    await token.waitFor();
    expect(await page.locator(".card").count()).toBe(0);
    expect(await barriers(page)).toEqual([]);

    await token.fill("not-the-token-at-all");
    await page.keyboard.press("Enter");
    await page.getByText("This is not the token.").waitFor();
    await token.fill(TOKEN);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.locator('[data-formula="blended"] .figure-value', { hasText: /^\$\d/ }).waitFor();
    await page.locator('[data-status="live"]').waitFor();

    await page.reload();
    await page.locator('[data-formula="blended"] .figure-value', { hasText: /^\$\d/ }).waitFor();
    const kept = await page.evaluate(() => `${document.cookie} ${JSON.stringify(localStorage)} ${location}`);
    expect(kept).not.toContain(TOKEN);
    expect(kept).not.toContain("ca3_session");

    await page.locator('[data-control="logout"]').click();
    await token.waitFor();
    expect(await page.locator(".card").count()).toBe(0);
  });

  test("a session that ends asks for the token, and the same view is there after it", async () => {
    await using server = await open4others();
    await fill(server.store, eventsBefore(Date.now()));
    await using shown = await open(`${server.url}?by=team&range=1h`);
    const { page } = shown;
    const logIn = async () => {
      await page.getByLabel("Access token").fill(TOKEN);
      await page.keyboard.press("Enter");
      await page.locator(".breakdown").scrollIntoViewIfNeeded();
      await page.locator(".groups tbody tr").first().waitFor();
    };
    await logIn();
    await page.context().clearCookies();
    await page.getByRole("radio", { name: "6 h" }).click();
    await page.getByLabel("Access token").waitFor();
    await logIn();
    expect(await page.locator(".groups tbody th").allInnerTexts()).toContain("search");
    expect(new URL(page.url()).search).toBe("?range=6h&by=team");
  });
});
