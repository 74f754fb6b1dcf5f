import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** `CHROME_PATH`, else the Chromium or Chrome of this machine. */
export async function findChromium(): Promise<string> {
  const wanted = process.env["CHROME_PATH"];
  const found = wanted
    ? [wanted].find(existsSync)
    : ["chromium", "chromium-browser", "google-chrome"]
        .map((name) => Bun.which(name))
        .find((path) => path !== null);
  if (!found)
    throw new Error(
      wanted ? `CHROME_PATH names ${wanted}, which is not there` : "install chromium or set CHROME_PATH",
    );
  return found;
}

export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--no-first-run"],
    ],
  });
