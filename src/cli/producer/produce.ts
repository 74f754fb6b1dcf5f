import { hostname } from "node:os";
import type { ProducerHealth } from "../../local/producer-health.ts";
import { openProducerTarget } from "../../local/producer-target.ts";
import type { ProducerSettings } from "../../producer/config.ts";
import { createProducer } from "../../producer/service.ts";
import { openSources } from "../../producer/sources/registry.ts";
import type { Clock } from "../../support/clock.ts";
import { Ca3Error } from "../../support/errors.ts";
import type { ProducingMeters } from "../../telemetry/metric-catalogue.ts";
import { openedUnless } from "../service/run-service.ts";
import type { ProducerTalk } from "./talk.ts";

export type ProduceParts = {
  readonly settings: ProducerSettings;
  readonly data: string;
  /** The data folder was asked for. */
  readonly keepRun: boolean;
  readonly cwd: string;
  readonly interrupted: AbortSignal;
  readonly out: (line: string) => void;
  readonly clock: Clock;
  readonly talk: ProducerTalk;
  /** Absent when nobody can ask for its health and metrics. */
  readonly server?: {
    readonly meters: ProducingMeters;
    readonly health: ProducerHealth;
    pinging(ping: () => Promise<void>): void;
  };
};

/**
 * Sources to their target, from opening to the last event. Resolves when every event was sent, or when it was
 * interrupted and what was read is sent; rejects with CA3_LOG_UNAVAILABLE when some could not be.
 */
export async function produce(parts: ProduceParts): Promise<void> {
  const { settings, data, keepRun, cwd, interrupted, out, clock, talk, server } = parts;
  const { logger } = talk;
  const opening = openProducerTarget({ settings, data, keepRun, cwd, clock, logger, out });
  const target = await openedUnless(interrupted, opening, (late) => late.close());
  if (target === undefined) return;
  const { sink } = target;
  try {
    const { ping = async () => {} } = sink;
    server?.pinging(ping);
    const sources = await openSources({
      ...{ settings, startMs: target.startMs, clock, cwd, signal: interrupted },
      hostname: settings.hostname ?? hostname(),
      onProgress: talk.reading,
    });
    talk.started(sources, target);
    let sent = 0;
    const producer = createProducer({
      ...{ sources, settings, clock, logger },
      topics: { gpu: settings.topicGpu, token: settings.topicToken },
      checkpoints: sink.checkpoints,
      append: async (records) => {
        await (server ? server.health.sending(() => sink.append(records)) : sink.append(records));
        sent += records.length;
      },
      ...(server ? { meters: server.meters } : {}),
    });
    if (server) server.health.sources = producer.health;
    const progress = talk.watch(() => sent, producer.health);
    const done = await producer.run(interrupted).finally(progress.stop);
    talk.ended(done, progress.elapsedMs());
    if (done.unsent > 0)
      throw new Ca3Error("CA3_LOG_UNAVAILABLE", `${done.unsent} events could not be sent before the end`, {
        hint: "run the same command again; it resumes from here",
      });
  } finally {
    await target.close();
  }
}
