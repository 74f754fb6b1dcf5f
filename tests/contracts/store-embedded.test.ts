import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import { telemetryStoreContract } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "ca3-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let opened = 0;
telemetryStoreContract("the embedded store", () => openEmbeddedStore(join(folder, `${opened++}.db`)), {
  insertsWith: true,
});
