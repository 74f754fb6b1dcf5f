import { afterAll, beforeAll } from "bun:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { withService } from "../services/require.ts";
import { findChromium, launch } from "./browser.ts";

/** A page, and everything it complained of. Complaints fail the test that leaves them there. */
export type Watched = AsyncDisposable & {
  readonly page: Page;
  /** Errors of scripts, broken rules of the content policy, requests to other origins. */
  readonly complaints: string[];
};

export type OpenPage = (url: string, options?: BrowserContextOptions) => Promise<Watched>;

/** Tests in a real browser, each page with a profile of its own. Skipped with the reason where there is none. */
export const browserSuite = (suite: (open: OpenPage) => void): Promise<void> =>
  withService("chromium", findChromium, (path) => suite(opener(path)));

/** Opens pages in one browser, which lives as long as the tests around. */
export function opener(path: string): OpenPage {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(path);
  });
  afterAll(() => browser.close());
  return (url, options = {}) => openPage(browser, url, options);
}

async function openPage(browser: Browser, url: string, options: BrowserContextOptions): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // A refused request is told by the page itself, and is part of what some tests are about.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    const own = page.url() === "about:blank" || origin === new URL(page.url()).origin;
    if (protocol !== "blob:" && !own) complaints.push(`asks ${request.url()}`);
  });
  await page.goto(url);
  return {
    page,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close();
      if (complaints.length > 0) throw new Error(`the page complains:\n${complaints.join("\n")}`);
    },
  };
}
