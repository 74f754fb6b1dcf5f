import type { TelemetryStore } from "../port.ts";
import { createRollupWriter, type Touched } from "./apply-rollups.ts";
import type { Connection } from "./connection.ts";
import { createEventWriter } from "./insert-events.ts";
import { createLatestWriter } from "./latest.ts";

export type EventWrites = Required<
  Pick<TelemetryStore, "insertEvents" | "insertWith" | "applyRollups" | "keepLatest">
>;

/** What a processor writes batch by batch, each call as one transaction. */
export function createWrites(connection: Connection, touched: Touched): EventWrites {
  const insert = createEventWriter(connection);
  const apply = createRollupWriter(connection, touched);
  const keep = createLatestWriter(connection);
  return {
    async insertEvents(events) {
      if (events.length === 0) return { duplicates: new Map(), refused: new Map() };
      return await connection.write(() => insert(events));
    },
    insertWith: (events, { deltas, latest }) =>
      connection.write(() => {
        const outcome = insert(events);
        const complete = outcome.duplicates.size === 0 && outcome.refused.size === 0;
        if (complete) {
          apply(deltas);
          keep(latest);
        }
        return { ...outcome, complete };
      }),
    async applyRollups(deltas) {
      if (deltas.length > 0) await connection.write(() => apply(deltas));
    },
    async keepLatest(events) {
      if (events.length > 0) await connection.write(() => keep(events));
    },
  };
}
