import type { WritePorts } from "../../../src/processor/group-write.ts";
import type { InsertOutcome, Position, StoredEvent } from "../../../src/store/port.ts";
import type { Variant } from "./run.ts";

const withStore = (change: (store: WritePorts["store"]) => Partial<WritePorts["store"]>): Variant => ({
  singly: true,
  ports: ({ log, store }) => ({ log, store: { ...store, ...change(store) } }),
});

/** Answers an insert as if every event that was there had come from the place that `lie` makes up. */
const lyingAbout = (lie: (event: StoredEvent) => Position): Variant =>
  withStore((store) => ({
    async insertEvents(events): Promise<InsertOutcome> {
      const { duplicates, refused } = await store.insertEvents(events);
      return { duplicates: new Map([...duplicates.keys()].map((at) => [at, lie(events[at]!)])), refused };
    },
  }));

/** Every call adds under an origin of its own, so no guard ever sees what was added before. */
function addingBlindly(store: WritePorts["store"]): Partial<WritePorts["store"]> {
  return {
    applyRollups(deltas) {
      const call = crypto.randomUUID();
      return store.applyRollups(
        deltas.map((delta) => ({ ...delta, key: { ...delta.key, origin: `${delta.key.origin}/${call}` } })),
      );
    },
  };
}

/** Mistakes that somebody has made in a pipeline like this one; the fault suite must notice each of them. */
export const mistakes: readonly [title: string, variant: Variant][] = [
  ["offsets are committed before the write", { commitFirst: true }],
  ["rollups are plain additions", withStore(addingBlindly)],
  ["events that were sent again count", lyingAbout(({ origin, offset }) => ({ origin, offset }))],
  ["own replays do not count", lyingAbout(() => ({ origin: "elsewhere", offset: 0 }))],
  [
    "a failed rollup is skipped",
    withStore((store) => ({ applyRollups: (deltas) => store.applyRollups(deltas).catch(() => {}) })),
  ],
  [
    "what a write left undone is taken for done",
    {
      singly: false,
      ports: ({ log, store }) => ({
        log,
        store: {
          ...store,
          insertWith: async (...write) => ({ ...(await store.insertWith!(...write)), complete: true }),
        },
      }),
    },
  ],
  [
    "an outage of the store is taken for poison",
    withStore((store) => ({
      insertEvents: (events) =>
        store.insertEvents(events).catch((error: Error) => ({
          duplicates: new Map(),
          refused: new Map(events.map((_, at) => [at, error.message])),
        })),
    })),
  ],
  [
    "dead letters carry no identity",
    {
      ports: ({ log, store }) => ({
        store,
        log: { append: (records) => log.append(records.map(({ onceId: _, ...record }) => record)) },
      }),
    },
  ],
  [
    "a batch is done before its dead letters are acknowledged",
    {
      ports: ({ log, store }) => ({
        store,
        log: { append: async (records) => void log.append(records).catch(() => {}) },
      }),
    },
  ],
];
