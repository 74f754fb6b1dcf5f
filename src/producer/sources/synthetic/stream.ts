import { eventId, streamPrefix } from "../../../telemetry/event-id.ts";
import { gpuEventOf } from "../../gpu-event.ts";
import type { GpuModelState, GpuReading } from "../../gpu-model.ts";
import { createGpuModel } from "../../gpu-model.ts";
import type { SourcedEvent } from "../../source.ts";
import type { Server } from "./fleet.ts";
import { bootIdOf, type SyntheticOptions } from "./options.ts";
import { requestDrawer } from "./request.ts";
import { offsetMs } from "./schedule.ts";
import { tokenEventOf } from "./token-event.ts";

/** Where a stream stands; plain JSON. */
export type StreamState = {
  /** Events given out so far. */
  readonly position: number;
  /** Time of the first event; later than the run's start when the stream was moved to the present. */
  readonly startMs: number;
  /** Events per server, then those of the GPUs. */
  readonly sequences: readonly number[];
  readonly models: readonly GpuModelState[];
  /** Of the readings that these models give next, so many were given out already. */
  readonly readingsGiven: number;
};

export type SyntheticStream = {
  /** The next event and its time. There is always one. */
  next(): Omit<SourcedEvent, "dueMs"> & { readonly tsMs: number };
  state(): StreamState;
};

/**
 * The synthetic events one after the other: at each place in the schedule the next GPU reading that is complete, else
 * a request. Everything follows from the options and the state, nothing from the clock.
 */
export function syntheticStream(
  options: SyntheticOptions,
  servers: readonly Server[],
  from: StreamState,
): SyntheticStream {
  const { host, seed, intervalS, priceMicroUsdPerHour } = options;
  const startMs = from.startMs;
  const bootId = bootIdOf(options);
  const draw = requestDrawer({ seed, servers, teams: options.teams });
  const sources = [...servers.map((_, at) => `synthetic/${host}/server-${at}`), `synthetic/${host}/gpus`];
  const prefixes = sources.map((id, at) => streamPrefix(id, bootId, at < servers.length ? "token" : "gpu"));
  const sequences = [...from.sequences];
  const models = servers.map(({ cards, firstIndex }, at) =>
    createGpuModel({
      ...{ cards, host, intervalS, seed, firstIndex, startMs },
      ...(priceMicroUsdPerHour === undefined ? {} : { priceMicroUsdPerHour }),
      ...(from.models[at] ? { state: from.models[at] } : {}),
    }),
  );
  const states = () => models.map((model) => model.state());
  const fleet = servers.map((server, at) => ({ ...server, uuids: models[at]!.uuids }));
  let position = from.position;
  let before: GpuModelState[] = [];
  let readings: { reading: GpuReading; servedModel: string }[] = [];
  let readingsGiven = from.readingsGiven;
  let readMs = models[0]!.state().readMs! + intervalS * 1000;

  const readGpus = (tsMs: number): void => {
    before = states();
    readings = models
      .flatMap((model, at) =>
        model.readingsUntil(tsMs).map((reading) => ({ reading, servedModel: servers[at]!.model })),
      )
      .sort((a, b) => a.reading.tsMs - b.reading.tsMs || a.reading.index - b.reading.index);
    readMs = models[0]!.state().readMs! + intervalS * 1000;
  };

  const identity = (at: number) => {
    const seq = sequences[at]!++;
    return { eventId: eventId(prefixes[at]!, seq), sourceId: sources[at]!, bootId, seq };
  };

  return {
    next: () => {
      const tsMs = Math.floor(startMs + offsetMs(position, options));
      if (readings.length === 0 && tsMs >= readMs) readGpus(tsMs);
      const place = position++;
      const due = readings[readingsGiven];
      if (due) {
        const { reading, servedModel } = due;
        if (++readingsGiven === readings.length) {
          readings = [];
          readingsGiven = 0;
        }
        const facts = { ...identity(servers.length), source: "synthetic", servedModel };
        return { kind: "gpu", event: gpuEventOf(reading, facts), tsMs };
      }
      const request = draw(place, tsMs);
      const { server, inputTokens, outputTokens } = request;
      models[server]!.observe(tsMs, inputTokens, outputTokens);
      return {
        kind: "token",
        event: tokenEventOf(request, tsMs, fleet[server]!, { ...identity(server), host }),
        tsMs,
      };
    },
    state: () => ({
      position,
      startMs,
      sequences: [...sequences],
      models: readings.length > 0 ? before : states(),
      readingsGiven,
    }),
  };
}
