import type { ProducerTarget } from "../../local/producer-target.ts";
import type { ProducerSummary } from "../../producer/service.ts";
import type { EventSource, SourceHealth } from "../../producer/source.ts";
import type { Clock } from "../../support/clock.ts";
import type { Logger } from "../../support/log.ts";
import type { Io } from "../io.ts";
import { noteLogger } from "../note-logger.ts";
import { started, summary, watchProducer } from "../render/producer.ts";

/** How a run is told to whoever follows it. */
export type ProducerTalk = {
  /** For what the parts of the run report themselves. */
  readonly logger: Logger;
  reading(done: number, total: number): void;
  started(sources: readonly EventSource[], target: ProducerTarget): void;
  /** Shows how it goes, until the end. */
  watch(
    sent: () => number,
    health: () => Readonly<Record<string, SourceHealth>>,
  ): { stop(): void; elapsedMs(): number };
  ended(done: ProducerSummary, elapsedMs: number): void;
};

/** To a person: notes, and a line that moves. */
export const talkToPerson = (io: Pick<Io, "note" | "status">, clock: Clock): ProducerTalk => ({
  logger: noteLogger(io),
  reading: (done, total) =>
    io.status(`reading the trace: ${Math.floor((100 * done) / Math.max(1, total))} %`),
  started: (sources, target) => {
    io.status("");
    for (const line of started(sources, target)) io.note(line);
  },
  watch: (sent, health) => watchProducer({ io, clock, sent, health }),
  ended: (done, elapsedMs) => {
    for (const line of summary(done, elapsedMs)) io.note(line);
  },
});

/** To a log: a line at the start and one at the end; what happens between is in the metrics. */
export const talkToLog = (logger: Logger, clock: Clock): ProducerTalk => ({
  logger,
  reading: () => {},
  started: (sources, { sink, resumed }) =>
    logger.info("Producer is at work.", {
      sources: sources.map((source) => source.describe()),
      notes: sources.flatMap((source) => source.notes ?? []),
      to: sink.describe(),
      resumed,
    }),
  watch: () => {
    const startMs = clock.now();
    return { stop: () => {}, elapsedMs: () => clock.now() - startMs };
  },
  ended: ({ events, bytes, skipped, unsent }, elapsedMs) =>
    logger.info("Producer has stopped.", { events, bytes, skipped, unsent, seconds: elapsedMs / 1000 }),
});
