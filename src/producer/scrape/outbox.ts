import type { SourceBatch, SourcedEvent } from "../source.ts";

/** What is kept of a source that reads the world: how to go on, and the events that may not be in the log yet. */
type Kept = {
  readonly version: 1;
  readonly n: number;
  readonly state: unknown;
  readonly events: readonly SourcedEvent[];
};

/**
 * Batches of a source that cannot read the same thing twice. What is not acknowledged yet is kept together with the state
 * after it, so that after a crash the same events are sent again with the same ids, and nothing is counted anew or lost.
 */
export type Outbox = {
  add(events: readonly SourcedEvent[], state: unknown): SourceBatch;
  acknowledged(checkpoint: string): void;
};

/** An outbox with nothing in it. */
export function createOutbox(): Outbox {
  let waiting: { readonly checkpoint: string; readonly events: readonly SourcedEvent[] }[] = [];
  let n = 0;
  return {
    add: (events, state) => {
      n++;
      const checkpoint = encode({ version: 1, n, state, events: [] });
      waiting.push({ checkpoint, events });
      const unsent = waiting.flatMap((one) => one.events);
      return { events, checkpoint, before: encode({ version: 1, n, state, events: unsent }) };
    },
    acknowledged: (checkpoint) => {
      const at = waiting.findIndex((one) => one.checkpoint === checkpoint);
      waiting = waiting.slice(at + 1);
    },
  };
}

const encode = (kept: Kept): string => JSON.stringify(kept);

/** What was kept; undefined when it cannot be read. */
export function readCheckpoint(text: string | undefined): Pick<Kept, "state" | "events"> | undefined {
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as Partial<Kept>;
    return kept.version === 1 && Array.isArray(kept.events)
      ? { state: kept.state, events: kept.events }
      : undefined;
  } catch {
    return undefined;
  }
}
