import { boundGpu, gpuDimensions, tokenDimensions } from "./contribution.ts";
import { isTokenEvent } from "./encode.ts";
import type { GpuEvent, TelemetryEvent, TokenEvent } from "./events.ts";
import { getOrAdd } from "./get-or-add.ts";
import type { Dimensions } from "./rollup.ts";
import type { EventKind } from "./topics.ts";

export type DimensionEntry<T> = {
  readonly kind: EventKind;
  readonly dimensions: Dimensions;
  readonly value: T;
};

/** Finds what belongs to the dimensions of an event without building them, or a key from them, for every event. */
export type DimensionIndex<T> = { find(event: TelemetryEvent): DimensionEntry<T> };

/** Events that share the first key rarely differ in more than this; beyond it, a joined key is cheaper than a walk. */
const SHORT_WALK = 8;

/** An empty index; `create` makes the value of a combination that is new. */
export function dimensionIndex<T>(create: () => T): DimensionIndex<T> {
  const gpus = new Map<string, DimensionEntry<T>[]>();
  const owners = new Map<string, DimensionEntry<T>[]>();
  const joined = new Map<string, DimensionEntry<T>>();

  function add(kind: EventKind, dimensions: Dimensions, entries: DimensionEntry<T>[]): DimensionEntry<T> {
    const key = JSON.stringify([kind, ...Object.values(dimensions)]);
    const entry = getOrAdd(joined, key, () => ({ kind, dimensions, value: create() }));
    if (entries.length < SHORT_WALK && !entries.includes(entry)) entries.push(entry);
    return entry;
  }

  return {
    find(event) {
      if (isTokenEvent(event)) {
        const entries = getOrAdd(owners, event.tenant || event.model, noEntries<T>);
        for (const entry of entries) if (sameTokens(entry.dimensions, event)) return entry;
        return add("token", tokenDimensions(event), entries);
      }
      const entries = getOrAdd(gpus, event.gpu_uuid, noEntries<T>);
      for (const entry of entries) if (sameGpu(entry.dimensions, event)) return entry;
      return add("gpu", gpuDimensions(event), entries);
    },
  };
}

const noEntries = <T>(): DimensionEntry<T>[] => [];

const sameTokens = (known: Dimensions, event: TokenEvent): boolean =>
  known.model === event.model &&
  known.tenant === (event.tenant ?? "") &&
  known.team === (event.team ?? "") &&
  known.gpu === boundGpu(event) &&
  known.host === event.host &&
  known.quality === event.quality &&
  known.source === event.source;

const sameGpu = (known: Dimensions, event: GpuEvent): boolean =>
  known.host === event.host &&
  known.gpuModel === event.gpu_model &&
  known.model === (event.served_model ?? "") &&
  known.team === (event.team ?? "") &&
  known.tenant === (event.tenant ?? "") &&
  known.quality === event.quality &&
  known.source === event.source;
