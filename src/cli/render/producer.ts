import type { ProducerTarget } from "../../local/producer-target.ts";
import type { ProducerSummary } from "../../producer/service.ts";
import type { EventSource, SourceHealth } from "../../producer/source.ts";
import type { Clock } from "../../support/clock.ts";
import { formatBytes, formatCount, formatDuration } from "../../support/format.ts";
import type { Io } from "../io.ts";

/** What runs from where to where, and what must be known about its numbers. */
export function started(
  sources: readonly EventSource[],
  { sink, resumed }: Pick<ProducerTarget, "sink" | "resumed">,
): string[] {
  return [
    ...sources.map((source) => `${resumed ? "going on with" : "source"}: ${source.describe()}`),
    ...sources.flatMap((source) => source.notes ?? []).map((note) => `note: ${note}`),
    `to: ${sink.describe()}`,
  ];
}

/** What became of the run. */
export function summary({ events, bytes, skipped, unsent }: ProducerSummary, elapsedMs: number): string[] {
  const perSecond = (events * 1000) / Math.max(1, elapsedMs);
  const sent = `sent ${counted(events, "event")}, ${formatBytes(bytes)}, in ${formatDuration(elapsedMs)} (${formatCount(perSecond)}/s)`;
  return [
    sent,
    ...(events === 0 && unsent === 0
      ? ["there was nothing to send; a run that is complete is not sent again"]
      : []),
    ...(skipped > 0 ? [`skipped ${counted(skipped, "row")} that cannot be read`] : []),
  ];
}

const counted = (count: number, one: string) => `${formatCount(count)} ${one}${count === 1 ? "" : "s"}`;

/** Where the run is, on one line. */
export function progressLine(
  sent: number,
  perSecond: number,
  health: Readonly<Record<string, SourceHealth>>,
): string {
  const trouble = Object.entries(health).filter(([, { ok }]) => !ok);
  return [
    `${formatCount(sent)} sent`,
    `${formatCount(perSecond)}/s`,
    ...trouble.map(([name, { detail }]) => `${name}: ${detail}`),
  ].join(" · ");
}

const LOOK_EVERY_MS = 1_000;

/** Draws the progress line until `stop`. */
export function watchProducer(watched: {
  readonly io: Pick<Io, "status">;
  readonly clock: Clock;
  readonly sent: () => number;
  readonly health: () => Readonly<Record<string, SourceHealth>>;
}): { stop(): void; elapsedMs(): number } {
  const { io, clock, sent, health } = watched;
  const startMs = clock.now();
  let last = { sent: 0, atMs: startMs };
  const timer = setInterval(() => {
    const now = { sent: sent(), atMs: clock.now() };
    const perSecond = ((now.sent - last.sent) * 1000) / Math.max(1, now.atMs - last.atMs);
    io.status(progressLine(now.sent, perSecond, health()));
    last = now;
  }, LOOK_EVERY_MS);
  let endMs: number | undefined;
  return {
    stop: () => {
      clearInterval(timer);
      endMs = clock.now();
      io.status("");
    },
    elapsedMs: () => (endMs ?? clock.now()) - startMs,
  };
}
