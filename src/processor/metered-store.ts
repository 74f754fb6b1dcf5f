import type { InsertOutcome, StoredEvent, TelemetryStore } from "../store/port.ts";
import type { Clock } from "../support/clock.ts";
import type { Ca3Meters } from "../telemetry/metric-catalogue.ts";
import type { EventKind } from "../telemetry/topics.ts";
import type { WritePorts } from "./group-write.ts";

/** The names under which the service level indicators know the parts of a store, whatever its adapter calls them. */
export const collections = { gpu: "gpu_metrics", token: "token_usage" } as const satisfies Record<
  EventKind,
  string
>;

/** A store that counts its writes by part and result, with their duration and the duplicates it answered. */
export function meteredStore(store: TelemetryStore, meters: Ca3Meters, clock: Clock): WritePorts["store"] {
  async function counted<T>(
    parts: readonly string[],
    documents: number,
    write: () => Promise<T>,
    alsoWritten: (answer: T) => readonly string[] = () => [],
  ): Promise<T> {
    const startMs = clock.now();
    try {
      const answer = await write();
      const seconds = Math.max(0, clock.now() - startMs) / 1000;
      meters.observe("processor_mongo_batch_documents", {}, documents);
      for (const collection of [...parts, ...alsoWritten(answer)]) {
        meters.add("processor_mongo_write_total", { collection, result: "ok" });
        meters.observe("processor_mongo_write_duration_seconds", { collection }, seconds);
      }
      return answer;
    } catch (error) {
      for (const collection of parts)
        meters.add("processor_mongo_write_total", { collection, result: "error" });
      throw error;
    }
  }

  const countDuplicates = (events: readonly StoredEvent[], { duplicates }: InsertOutcome) => {
    for (const index of duplicates.keys())
      meters.add("processor_mongo_duplicates_total", { collection: collections[events[index]!.kind] });
  };

  return {
    async insertEvents(events) {
      const outcome = await counted(partsOf(events), events.length, () => store.insertEvents(events));
      countDuplicates(events, outcome);
      return outcome;
    },
    ...(store.insertWith && {
      async insertWith(events, additions) {
        const outcome = await counted(
          partsOf(events),
          events.length,
          () => store.insertWith!(events, additions),
          ({ complete }) => (complete ? ["rollups", "latest"] : []),
        );
        countDuplicates(events, outcome);
        return outcome;
      },
    }),
    applyRollups: (deltas) => counted(["rollups"], deltas.length, () => store.applyRollups(deltas)),
    keepLatest: (events) => counted(["latest"], events.length, () => store.keepLatest(events)),
    addDeadLetters: (letters) =>
      counted(["dead_letters"], letters.length, () => store.addDeadLetters(letters)),
  };
}

/** Which collections a write touches, without a look at more events than it takes to know. */
function partsOf(events: readonly StoredEvent[]): readonly string[] {
  let gpu = false;
  let token = false;
  for (let at = 0; at < events.length && !(gpu && token); at++) {
    if (events[at]!.kind === "gpu") gpu = true;
    else token = true;
  }
  return [...(gpu ? [collections.gpu] : []), ...(token ? [collections.token] : [])];
}
