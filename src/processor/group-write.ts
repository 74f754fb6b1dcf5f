import type { EventLog } from "../eventlog/port.ts";
import type { RollupDelta, StoredEvent, TelemetryStore } from "../store/port.ts";
import { planRollups } from "../telemetry/rollup-plan.ts";
import { appendLetters, recordAt, toDeadLetter, toDeadLetterRecord } from "./dead-letters.ts";
import { newestPerSubject } from "./latest.ts";
import { type PersistContext, persist, type Waiter } from "./persist.ts";
import type { BatchPlan, Rejected } from "./plan.ts";
import { insertBatches, type Settled } from "./settle.ts";

/** One batch on its way through the steps of a write. */
export type Work = Waiter & {
  readonly plan: BatchPlan;
  settled: Settled;
  rejected: readonly Rejected[];
  deltas: readonly RollupDelta[];
};

export const nothingSettled: Settled = { own: [], replayed: 0, resent: 0, refused: [] };

export type WritePorts = {
  readonly log: Pick<EventLog, "append">;
  readonly store: Pick<
    TelemetryStore,
    "insertEvents" | "insertWith" | "applyRollups" | "keepLatest" | "addDeadLetters"
  >;
};

/**
 * Writes several batches of different partitions as one and answers which of them are done. The order of the steps
 * is the promise; `docs/adr/0003-exactly-once-in-effect.md` goes through every place at which a crash, or a former
 * owner of a partition that wakes up late, can cut in:
 *
 * 1. events, by id: what is there already tells by its position whether it is our own replay or a second sending;
 * 2. rollups, from our own events only, each guarded by the highest offset it includes;
 * 3. newest event per subject, by time;
 * 4. rejected records: to the dead-letter topic once, by their position, and then into the store, by the same;
 * 5. only then is a batch done, and its offset may be committed.
 *
 * Each step may be repeated at any time with the same outcome, so the answer to every fault is: again. A store that can
 * do 1 to 3 in one write is asked to, on the assumption that every event is new; where one is not, they follow singly.
 */
export async function writeGroup(
  context: PersistContext,
  { log, store }: WritePorts,
  group: readonly Work[],
): Promise<readonly Work[]> {
  let complete = false;
  let live = await persist(context, "store", "insert", group, async (works) => {
    complete = await insert(store, works);
  });

  if (!complete) {
    live = await persist(context, "store", "rollups", live, async (works) => {
      const deltas = works.flatMap((work) => work.deltas);
      if (deltas.length > 0) await store.applyRollups(deltas);
    });

    live = await persist(context, "store", "latest", live, async (works) => {
      const newest = newestPerSubject(works.map((work) => work.settled.own));
      if (newest.length > 0) await store.keepLatest(newest);
    });
  }

  if (live.every((work) => work.rejected.length === 0)) return live;

  live = await persist(context, "log", "dead-letter-topic", live, async (works) => {
    await appendLetters(
      log,
      works.flatMap(({ plan, rejected }) => rejected.map((one) => toDeadLetterRecord(plan.batch, one))),
    );
  });

  return persist(context, "store", "dead-letters", live, async (works) => {
    await store.addDeadLetters(
      works.flatMap(({ plan, rejected }) => rejected.map((one) => toDeadLetter(plan.batch, one))),
    );
  });
}

/** Stores the events and settles what became of them; true when rollups and newest events are stored as well. */
async function insert(store: WritePorts["store"], works: readonly Work[]): Promise<boolean> {
  const writes = works.map(({ plan }) => plan.writes);
  const mentions = writes.reduce((sum, { length }) => sum + length, 0);
  let complete = false;
  const settled = await insertBatches(writes, async (events) => {
    if (store.insertWith === undefined || events.length < mentions) return store.insertEvents(events);
    const deltas = works.flatMap(({ plan }) => planRollups(plan.batch.origin, plan.writes, plan.slo));
    const outcome = await store.insertWith(events, { deltas, latest: newestPerSubject(writes) });
    complete = outcome.complete;
    return outcome;
  });
  works.forEach((work, at) => {
    if (complete) work.settled = settled[at]!;
    else settle(work, settled[at]!);
  });
  return complete;
}

function settle(work: Work, settled: Settled): void {
  const { batch, rejected, slo } = work.plan;
  work.settled = settled;
  work.deltas = planRollups(batch.origin, settled.own, slo);
  work.rejected =
    settled.refused.length === 0
      ? rejected
      : [...rejected, ...settled.refused.map(({ event, why }) => refusedByStore(work.plan, event, why))].sort(
          (a, b) => a.record.offset - b.record.offset,
        );
}

const refusedByStore = ({ batch }: BatchPlan, event: StoredEvent, why: string): Rejected => ({
  record: recordAt(batch, event.offset),
  reason: "store_refused",
  detail: why,
});
