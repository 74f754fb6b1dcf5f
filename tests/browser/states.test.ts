import { describe, expect, test } from "bun:test";
import { Ca3Error } from "../../src/support/errors.ts";
import { memoryStore } from "../helpers/memory-store.ts";
import { fill } from "../http/api.ts";
import { barriers } from "./axe.ts";
import { browserSuite } from "./chromium.ts";
import { eventsBefore, steered } from "./steered.ts";

/** A store whose every call fails while a test says so. */
function breakable() {
  const state: { error: Error | undefined } = { error: undefined };
  const store = new Proxy(memoryStore(), {
    get(target, name, receiver) {
      const member = Reflect.get(target, name, receiver) as unknown;
      if (typeof member !== "function") return member;
      return (...words: unknown[]) => {
        if (state.error) throw state.error;
        return member.apply(target, words);
      };
    },
  });
  return { store, state };
}

await browserSuite((open) => {
  describe("a processor that cannot work", () => {
    test("is told with each reason while it lasts, and the figures stay", async () => {
      await using server = await steered();
      await fill(server.store, eventsBefore(Date.now()));
      await using shown = await open(server.url);
      const { page } = shown;
      await page.locator('[data-status="live"]').waitFor();
      server.state.readiness = {
        ready: false,
        checks: [
          { name: "log", ok: false, detail: "away for 12 s: connection refused" },
          { name: "store", ok: true, detail: "answers" },
        ],
      };
      const banner = page.locator('[data-banner="not-ready"]');
      await banner.waitFor();
      expect(await banner.innerText()).toContain("event log: away for 12 s: connection refused");
      expect(await banner.innerText()).not.toContain("store");
      expect(await banner.innerText()).toContain("Nothing is lost");
      expect(await page.locator(".pill").innerText()).toBe("Not ready");
      expect(await page.locator('[data-formula="blended"] .figure-value').innerText()).toMatch(/^\$\d/);
      expect(await barriers(page)).toEqual([]);
      await banner.getByRole("button", { name: "All checks" }).click();
      await page.locator('[data-panel="sources"]').getByText("connection refused").waitFor();
      await page.keyboard.press("Escape");
      server.state.readiness = { ready: true, checks: [{ name: "log", ok: true, detail: "answers" }] };
      await banner.waitFor({ state: "detached" });
      await page.locator('[data-status="live"]').waitFor();
    });

    test("is not said to go on by itself when somebody has to do something", async () => {
      await using server = await steered();
      const detail = "61 % of the newest records can never be stored; look at ca3 dlq list";
      server.state.readiness = { ready: false, checks: [{ name: "poison", ok: false, detail }] };
      await using shown = await open(server.url);
      const banner = shown.page.locator('[data-banner="not-ready"]');
      await banner.waitFor();
      expect(await banner.innerText()).toContain(detail);
      expect(await banner.innerText()).not.toContain("by itself");
    });
  });

  test("a store that is away is told, and what was shown before stays on the page", async () => {
    const { store, state } = breakable();
    await using server = await steered({ store });
    await fill(store, eventsBefore(Date.now()));
    await using shown = await open(server.url);
    const { page } = shown;
    const blended = page.locator('[data-formula="blended"] .figure-value', { hasText: /^\$\d/ });
    await blended.waitFor();
    state.error = new Ca3Error("CA3_STORE_UNAVAILABLE", "no primary answers");
    const banner = page.locator('[data-banner="not-ready"]');
    await banner.getByText("The store cannot be read now.").waitFor();
    expect(await blended.isVisible()).toBe(true);
    state.error = undefined;
    await banner.waitFor({ state: "detached" });
  });

  test("a page that opens while the store is away says why, and fills itself as soon as it answers", async () => {
    const { store, state } = breakable();
    await fill(store, eventsBefore(Date.now()));
    state.error = new Ca3Error("CA3_STORE_UNAVAILABLE", "no primary answers");
    await using server = await steered({ store });
    await using shown = await open(server.url);
    const { page } = shown;
    const error = page.locator(".error-state").first();
    await error.waitFor();
    expect(await barriers(page)).toEqual([]);
    // It tries by itself as well, so the button is clicked while it is surely there.
    const asked = page.waitForRequest(/\/api\/v1\/totals/);
    await error.getByRole("button", { name: "Try again" }).click();
    await asked;
    state.error = undefined;
    await page.locator('[data-formula="blended"] .figure-value', { hasText: /^\$\d/ }).waitFor();
    await page.locator('[data-chart="tokens"] canvas').waitFor();
  });

  test("an empty store says how to fill it, and the figures come by themselves", async () => {
    await using server = await steered();
    await using shown = await open(server.url);
    const { page } = shown;
    const empty = page.locator('[data-empty="store"]');
    await empty.waitFor();
    expect(await empty.innerText()).toContain("No telemetry yet");
    expect(await empty.innerText()).toContain("ca3 up --source synthetic");
    expect(await barriers(page)).toEqual([]);
    await fill(server.store, eventsBefore(Date.now()));
    await page.locator('[data-formula="blended"] .figure-value', { hasText: /^\$\d/ }).waitFor();
    expect(await empty.count()).toBe(0);
  });

  test("an empty store tells of the sources that should fill it", async () => {
    const sources = () => ({
      dcgm: { ok: false, detail: "1 of 1 endpoints fail: http://node-1:9400/metrics: connection refused" },
    });
    await using server = await steered({ sources });
    await using shown = await open(server.url);
    const told = shown.page.locator('[data-empty="store"] .states');
    await told.waitFor();
    expect(await told.innerText()).toContain("connection refused");
  });

  test("a range without telemetry offers where there is some", async () => {
    await using server = await steered();
    await fill(server.store, eventsBefore(Date.now() - 3 * 86_400_000));
    await using shown = await open(server.url);
    const { page } = shown;
    const banner = page.locator('[data-banner="past"]');
    await banner.waitFor();
    expect(await banner.innerText()).toContain("There is no telemetry in this range.");
    await banner.getByRole("button", { name: "Show it" }).click();
    await page.locator('[data-formula="blended"] .figure-value', { hasText: /^\$\d/ }).waitFor();
    expect(new URL(page.url()).searchParams.get("from")).not.toBeNull();
  });

  test("while it loads, the places of the figures are there, and nothing moves when they come", async () => {
    await using server = await steered();
    await fill(server.store, eventsBefore(Date.now()));
    await using shown = await open("about:blank");
    const { page } = shown;
    const released = Promise.withResolvers<void>();
    await page.route(/\/api\/v1\/totals/, async (route) => {
      await released.promise;
      await route.continue();
    });
    await page.goto(server.url);
    const card = page.locator('[data-card="price"]');
    await page.locator('[data-card="price"][aria-busy="true"]').waitFor();
    expect(await barriers(page)).toEqual([]);
    const before = (await card.boundingBox())!;
    released.resolve();
    await page.locator('[data-formula="blended"] .figure-value', { hasText: /^\$\d/ }).waitFor();
    const after = (await card.boundingBox())!;
    expect([after.x, after.width]).toEqual([before.x, before.width]);
    expect(Math.abs(after.y - before.y)).toBeLessThanOrEqual(4);
    expect(Math.abs(after.height - before.height)).toBeLessThanOrEqual(24);
  });

  test("an answer that makes no sense is told, and asked for again", async () => {
    await using server = await steered();
    await fill(server.store, eventsBefore(Date.now()));
    await using shown = await open("about:blank");
    const { page } = shown;
    let broken = true;
    await page.route(/\/api\/v1\/groups/, (route) =>
      broken
        ? route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" })
        : route.continue(),
    );
    await page.goto(server.url);
    await page.locator(".breakdown").scrollIntoViewIfNeeded();
    const error = page.locator(".breakdown .error-state");
    await error.waitFor();
    expect(await error.innerText()).toContain("The server answered 502");
    const asked = page.waitForRequest(/\/api\/v1\/groups/);
    await error.getByRole("button", { name: "Try again" }).click();
    await asked;
    broken = false;
    await page.locator(".groups tbody tr").first().waitFor();
  });
});
