import type { Clock } from "../../support/clock.ts";
import { catchUpPace } from "../pacing.ts";
import type { EventSource, SourcedEvent } from "../source.ts";
import type { Server } from "./synthetic/fleet.ts";
import { planFleet } from "./synthetic/fleet.ts";
import type { SyntheticOptions } from "./synthetic/options.ts";
import { bootIdOf } from "./synthetic/options.ts";
import { effectiveRate } from "./synthetic/schedule.ts";
import type { StreamState } from "./synthetic/stream.ts";
import { syntheticStream } from "./synthetic/stream.ts";
import { dueTimes, firstState, readingInterval, resumedState } from "./synthetic/timing.ts";

/**
 * An endless source of made-up, reproducible events: the same options give the same bytes, whenever and however often
 * it is read. Sizes follow a published trace, GPUs follow the tokens; every event says `quality: "synthetic"`.
 */
export function openSynthetic(asked: SyntheticOptions, clock: Clock): EventSource {
  const ratePerS = effectiveRate(asked);
  const servers = planFleet({ ...asked, ratePerS });
  const gpus = servers.reduce((sum, { cards }) => sum + cards.length, 0);
  const options = { ...asked, intervalS: readingInterval(asked.intervalS, gpus, asked) };
  const boot = bootIdOf(options);
  let lastSuccessMs: number | undefined;
  return {
    name: "synthetic",
    notes: ["Requests and GPUs are synthetic: nothing here was measured."],
    describe: () => describe(options, servers, ratePerS),
    ...(asked.speed === "max" ? {} : { pace: catchUpPace(ratePerS * asked.speed, asked.batch) }),
    async *read(signal, resume) {
      const kept = readCheckpoint(resume, boot);
      const from = kept
        ? resumedState(options, kept, clock.now())
        : firstState(options, servers.length, clock.now());
      const stream = syntheticStream(options, servers, from);
      const { startMs, position } = stream.state();
      const due = dueTimes(options, startMs + (position * 1000) / ratePerS, clock.now());
      while (!signal.aborted) {
        const events: SourcedEvent[] = [];
        while (events.length < options.batch) {
          const { kind, event, tsMs } = stream.next();
          events.push({ kind, event, dueMs: due(tsMs) });
        }
        lastSuccessMs = clock.now();
        yield { events, checkpoint: JSON.stringify({ boot, ...stream.state() }) };
      }
    },
    health: () => ({
      ok: true,
      detail: "generates events as they are due",
      ...(lastSuccessMs === undefined ? {} : { lastSuccessMs }),
    }),
  };
}

/** A checkpoint of another run, or one that cannot be read, means to begin: ids of the same run never change. */
function readCheckpoint(text: string | undefined, boot: string): StreamState | undefined {
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as StreamState & { boot: string };
    return kept.boot === boot ? kept : undefined;
  } catch {
    return undefined;
  }
}

function describe(options: SyntheticOptions, servers: readonly Server[], ratePerS: number): string {
  const counts = new Map<string, number>();
  for (const { cards } of servers)
    for (const { name } of cards) counts.set(name, (counts.get(name) ?? 0) + 1);
  const fleet = [...counts].map(([name, count]) => `${count} × ${name}`).join(" and ");
  const rate = Number(ratePerS.toPrecision(4));
  return `synthetic load: ${rate} events/s on ${fleet}, read every ${options.intervalS} s, seed ${options.seed}`;
}
