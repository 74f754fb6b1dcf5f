import { afterEach, beforeEach } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedLogOptions, openEmbeddedLog } from "../../../src/eventlog/embedded.ts";
import type { EventLog } from "../../../src/eventlog/port.ts";
import type { Ca3Error } from "../../../src/support/errors.ts";

/** A folder per test, gone afterwards together with the logs that were opened in it. */
export function embeddedLogs() {
  const logs: EventLog[] = [];
  const here = { folder: "", path: "" };
  beforeEach(() => {
    here.folder = mkdtempSync(join(tmpdir(), "ca3-embedded-log-"));
    here.path = join(here.folder, "log.db");
  });
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.close()));
    rmSync(here.folder, { recursive: true, force: true });
  });
  const open = (options: EmbeddedLogOptions = {}): EventLog => {
    const log = openEmbeddedLog(here.path, { pollMs: 10, ...options });
    logs.push(log);
    return log;
  };
  return {
    here,
    open,
    /** With the topic `t` of one partition. */
    async openWithTopic(options: EmbeddedLogOptions = {}, retentionMs?: number): Promise<EventLog> {
      const log = open(options);
      const kept = retentionMs === undefined ? {} : { retentionMs };
      await log.ensureTopics([{ name: "t", partitions: 1, ...kept }]);
      return log;
    },
  };
}

export const failureOf = (promise: Promise<unknown>): Promise<Ca3Error | undefined> =>
  promise.then(
    () => undefined,
    (error: Ca3Error) => error,
  );
