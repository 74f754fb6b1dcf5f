import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedLog } from "../../src/eventlog/embedded.ts";
import { eventLogContract } from "./eventlog.ts";

eventLogContract("the embedded log", () => {
  const folder = mkdtempSync(join(tmpdir(), "ca3-eventlog-"));
  return {
    connect: () => openEmbeddedLog(join(folder, "log.db"), { pollMs: 20 }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
});
