import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { kafkaSettings } from "../eventlog/kafka-config.ts";
import type { ProducerSettings } from "../producer/config.ts";
import { isLive } from "./defaults.ts";

/** Settings that change how events travel, and not which events there are. */
const TRANSPORT: ReadonlySet<string> = new Set([
  ...["to", "maxBatchRecords", "maxBatchBytes", "lingerMs", "queueBytes", "flushTimeoutMs"],
  ...Object.keys(kafkaSettings),
  ...["partitions", "topicRetentionMs", "rate", "sleepS"],
]);

/**
 * The same for two starts that are to give the same events: same settings, same files by path and size. `rate` and
 * `sleepS` count only where they make events, which is in the synthetic source. All runs of live sources alone are one.
 * `destination` says where events end up, when that is not the data folder: what went there is not elsewhere.
 */
export function fingerprint(settings: ProducerSettings, cwd: string, destination = ""): string {
  if (isLive(settings)) return "live";
  const synthetic = settings.sources?.includes("synthetic") ?? settings.replayFiles === undefined;
  const kept = Object.entries(settings).filter(
    ([name]) => !TRANSPORT.has(name) || (synthetic && (name === "rate" || name === "sleepS")),
  );
  const files = (settings.replayFiles ?? []).map((file) => [resolve(cwd, file), sizeOf(resolve(cwd, file))]);
  return createHash("sha256")
    .update(JSON.stringify([kept, files, ...(destination === "" ? [] : [destination])]))
    .digest("hex")
    .slice(0, 16);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}
