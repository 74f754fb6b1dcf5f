import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serverSettings } from "../../src/http/config.ts";
import { startUp } from "../../src/local/up.ts";
import { processorSettings } from "../../src/processor/config.ts";
import { producerSettings } from "../../src/producer/config.ts";
import { systemClock } from "../../src/support/clock.ts";
import { silentLogger } from "../../src/support/log.ts";
import { readSettings } from "../../src/support/settings.ts";

export type RealPipeline = AsyncDisposable & { readonly url: string; readonly port: number };

/** The whole pipeline in this process, in a folder of its own that goes with it, on a port the system chooses. */
export async function realPipeline(
  env: Readonly<Record<string, string>>,
  data?: string,
): Promise<RealPipeline> {
  const folder = data ?? mkdtempSync(join(tmpdir(), "ca3-browser-"));
  const from = { env: { HTTP_PORT: "0", ...env } };
  const stopping = new AbortController();
  const up = await startUp({
    data: folder,
    fresh: false,
    once: false,
    producer: readSettings(producerSettings, from),
    processor: readSettings(processorSettings, from),
    server: readSettings(serverSettings, from),
    fixedPort: true,
    cwd: folder,
    clock: systemClock,
    logger: silentLogger,
    signal: stopping.signal,
  });
  const { port } = up.pipeline.url;
  return {
    url: `http://127.0.0.1:${port}/`,
    port: Number(port),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await up.stop();
      if (data === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The built-in trace as the hour before now. */
export const SAMPLE = { CA3_REPLAY: "sample", CA3_BACKFILL: "3502s", CA3_LOOP: "forever" };
