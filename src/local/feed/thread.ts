import { openEmbeddedLog } from "../../eventlog/embedded.ts";
import { fileCheckpoints } from "../../producer/checkpoints.ts";
import { createProducer } from "../../producer/service.ts";
import type { EventSource } from "../../producer/source.ts";
import { openSources } from "../../producer/sources/registry.ts";
import { systemClock } from "../../support/clock.ts";
import { copyError } from "../../support/error-copy.ts";
import { GarbagePace } from "../../support/garbage-pace.ts";
import type { LogFields, Logger, LogLevel } from "../../support/log.ts";
import { relayMeters } from "../../support/meters/relay.ts";
import type { producerMetrics } from "../../telemetry/metrics/producer.ts";
import type { News, Order } from "./messages.ts";

/** The thread behind `openThreadedFeed`; it ends when it is closed from there. */
declare const self: Worker;

const TELL_EVERY_MS = 200;
/** About six thousand events. */
const COLLECT_EVERY_BYTES = 2 * 1024 ** 2;
/** Two appends: a source that is a file loses nothing by waiting, and what waits in memory costs three times its size. */
const MOST_QUEUED_BYTES = 1024 ** 2;

const tell = (news: News): void => self.postMessage(news);
const stopping = new AbortController();
let sources: readonly EventSource[] = [];

async function open({ settings, startMs, host }: Extract<Order, { kind: "open" }>): Promise<void> {
  sources = await openSources({
    ...{ settings, startMs, hostname: host, clock: systemClock, signal: stopping.signal },
    onProgress: (doneBytes, totalBytes) => tell({ kind: "reading", doneBytes, totalBytes }),
  });
  tell({
    kind: "opened",
    sources: sources.map((source) => ({ description: source.describe(), notes: source.notes ?? [] })),
    health: Object.fromEntries(sources.map((source) => [source.name, source.health()])),
  });
}

async function run({ logPath, checkpointsPath, ...parts }: Extract<Order, { kind: "run" }>): Promise<void> {
  const queueBytes = Math.min(parts.settings.queueBytes, MOST_QUEUED_BYTES);
  const log = openEmbeddedLog(logPath);
  const pace = new GarbagePace(COLLECT_EVERY_BYTES);
  const relay = relayMeters<typeof producerMetrics>();
  const producer = createProducer({
    ...{
      ...parts,
      settings: { ...parts.settings, queueBytes },
      sources,
      clock: systemClock,
      logger: relayLogger({}),
      meters: relay.meters,
    },
    append: async (records) => {
      await log.append(records);
      pace.worked(records.reduce((sum, { value }) => sum + value.length, 0));
    },
    checkpoints: fileCheckpoints(checkpointsPath),
  });
  const tellState = async () => tell({ kind: "state", health: producer.health(), moves: await relay.take() });
  const telling = setInterval(tellState, TELL_EVERY_MS);
  try {
    const summary = await producer.run(stopping.signal);
    await tellState();
    await log.close();
    tell({ kind: "ended", summary });
  } finally {
    clearInterval(telling);
  }
}

function relayLogger(carried: LogFields): Logger {
  const say = (level: LogLevel) => (message: string, fields?: LogFields) =>
    tell({ kind: "said", level, message, fields: JSON.stringify({ ...carried, ...fields }, readable) });
  return {
    ...{ debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") },
    with: (fields) => relayLogger({ ...carried, ...fields }),
  };
}
const readable = (_key: string, value: unknown) => (value instanceof Error ? value.message : value);

async function obey(order: Order): Promise<void> {
  try {
    if (order.kind === "open") await open(order);
    else if (order.kind === "run") await run(order);
    else stopping.abort();
  } catch (error) {
    tell({ kind: "failed", error: copyError(error) });
  }
}

self.onmessage = ({ data }: MessageEvent<Order>) => void obey(data);
