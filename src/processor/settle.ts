import type { InsertOutcome, Position, StoredEvent } from "../store/port.ts";

/** What became of the writes of one batch. */
export type Settled = {
  /** Held by the store under the very position of the record, in order of offset: these count into rollups. */
  readonly own: readonly StoredEvent[];
  /** How many of `own` were there before: a replay of this batch by this or by another processor. */
  readonly replayed: number;
  /** Events the store holds from another position: a producer sent them again. They never count. */
  readonly resent: number;
  readonly refused: readonly { readonly event: StoredEvent; readonly why: string }[];
};

type Repeat = { readonly event: StoredEvent; readonly batch: number; readonly first: number };

/** The writes of several batches as one call to the store, which takes every id once. */
export type Round = {
  readonly events: readonly StoredEvent[];
  /** By batch: where its events begin in `events`; one more entry for the end. */
  readonly starts: readonly number[];
  /** Later mentions of an id, with the index of the first one. */
  readonly repeats: readonly Repeat[];
};

export function planRound(batches: readonly (readonly StoredEvent[])[]): Round {
  const events: StoredEvent[] = [];
  const starts: number[] = [];
  const repeats: Repeat[] = [];
  const seen = new Map<string, number>();
  for (let batch = 0; batch < batches.length; batch++) {
    starts.push(events.length);
    const writes = batches[batch]!;
    for (let at = 0; at < writes.length; at++) {
      const event = writes[at]!;
      const id = event.event.event_id;
      const first = seen.get(id);
      if (first === undefined) {
        seen.set(id, events.length);
        events.push(event);
      } else repeats.push({ event, batch, first });
    }
  }
  starts.push(events.length);
  return { events, starts, repeats };
}

const same = (a: Position, b: Position): boolean => a.offset === b.offset && a.origin === b.origin;

/**
 * Reads the store's answer. `again` holds repeats whose first mention was refused: they are events in their own right
 * and want a round of their own.
 */
export function settleRound(
  { events, starts, repeats }: Round,
  { duplicates, refused }: InsertOutcome,
): { readonly settled: readonly Settled[]; readonly again: readonly (readonly StoredEvent[])[] } {
  const batches = starts.length - 1;
  const plain = duplicates.size === 0 && refused.size === 0;
  const settled = Array.from({ length: batches }, (_, batch) => {
    const slice = events.slice(starts[batch]!, starts[batch + 1]!);
    return plain ? { own: slice, replayed: 0, resent: 0, refused: [] } : sort(slice, starts[batch]!);
  });
  if (repeats.length === 0) return { settled, again: settled.map(() => []) };

  const again: StoredEvent[][] = settled.map(() => []);
  const late: StoredEvent[][] = settled.map(() => []);
  const resent = new Float64Array(batches);
  for (const { event, batch, first } of repeats) {
    if (refused.has(first)) again[batch]!.push(event);
    else if (same(duplicates.get(first) ?? events[first]!, event)) late[batch]!.push(event);
    else resent[batch]! += 1;
  }
  return {
    settled: settled.map((one, batch) => ({
      ...one,
      own: inOrder(one.own, late[batch]!),
      replayed: one.replayed + late[batch]!.length,
      resent: one.resent + resent[batch]!,
    })),
    again,
  };

  function sort(slice: readonly StoredEvent[], start: number): Settled {
    const own: StoredEvent[] = [];
    const turnedDown: { event: StoredEvent; why: string }[] = [];
    let replayed = 0;
    let resentHere = 0;
    for (let at = 0; at < slice.length; at++) {
      const event = slice[at]!;
      const why = refused.get(start + at);
      const held = duplicates.get(start + at);
      if (why !== undefined) turnedDown.push({ event, why });
      else if (held === undefined) own.push(event);
      else if (same(held, event)) {
        own.push(event);
        replayed++;
      } else resentHere++;
    }
    return { own, replayed, resent: resentHere, refused: turnedDown };
  }
}

/** Both rounds together, batch by batch. */
export const addRounds = (a: readonly Settled[], b: readonly Settled[]): readonly Settled[] =>
  a.map((one, batch) => ({
    own: inOrder(one.own, b[batch]!.own),
    replayed: one.replayed + b[batch]!.replayed,
    resent: one.resent + b[batch]!.resent,
    refused: [...one.refused, ...b[batch]!.refused],
  }));

const inOrder = (a: readonly StoredEvent[], b: readonly StoredEvent[]): readonly StoredEvent[] =>
  b.length === 0 ? a : [...a, ...b].sort((x, y) => x.offset - y.offset);

/** Inserts what is not there yet and says for each batch what became of it. Repeating it changes nothing. */
export async function insertBatches(
  batches: readonly (readonly StoredEvent[])[],
  insert: (events: readonly StoredEvent[]) => Promise<InsertOutcome>,
): Promise<readonly Settled[]> {
  const round = planRound(batches);
  if (round.events.length === 0) return batches.map(() => ({ own: [], replayed: 0, resent: 0, refused: [] }));
  const { settled, again } = settleRound(round, await insert(round.events));
  return again.every((events) => events.length === 0)
    ? settled
    : addRounds(settled, await insertBatches(again, insert));
}
