import type { LogRecord } from "../../../src/eventlog/port.ts";
import type { WritePorts } from "../../../src/processor/group-write.ts";
import type { StoredEvent } from "../../../src/store/port.ts";
import type { TelemetryEvent } from "../../../src/telemetry/events.ts";
import { bytesOf, gpuEvent, logRecord, START_MS, tokenEvent } from "../../helpers/telemetry.ts";
import type { Dice } from "./dice.ts";

export type Partition = {
  readonly topic: "gpu" | "token";
  readonly partition: number;
  readonly origin: string;
  readonly records: readonly LogRecord[];
};

/** What the store of the simulation can never take, told by content alone. */
export const refuse = ({ event }: StoredEvent): string | undefined =>
  event.pod === "refused" ? "document is too large" : undefined;

/** The writes of a store, as if it were one that refuses what `refuse` names. */
export function refusing(store: WritePorts["store"]): WritePorts["store"] {
  const all: WritePorts["store"] = {
    ...(store.insertWith && {
      insertWith: async (events, additions) =>
        events.some((event) => refuse(event) !== undefined)
          ? { ...(await all.insertEvents(events)), complete: false }
          : store.insertWith!(events, additions),
    }),
    async insertEvents(events) {
      const possible: number[] = [];
      const refused = new Map<number, string>();
      events.forEach((event, at) => {
        const why = refuse(event);
        if (why === undefined) possible.push(at);
        else refused.set(at, why);
      });
      const outcome = await store.insertEvents(possible.map((at) => events[at]!));
      const duplicates = [...outcome.duplicates].map(([at, held]) => [possible[at]!, held] as const);
      return { duplicates: new Map(duplicates), refused };
    },
    applyRollups: (deltas) => store.applyRollups(deltas),
    keepLatest: (events) => store.keepLatest(events),
    addDeadLetters: (letters) => store.addDeadLetters(letters),
  };
  return all;
}

/**
 * Traffic with everything a careful reader fears: events sent again to the same and to other partitions, near and far
 * away, the same id with another content, records that are no events, events from the past, gaps in the offsets.
 */
export function traffic(dice: Dice, partitionsPerTopic: number, recordsEach: number): Partition[] {
  const sent = { gpu: [] as TelemetryEvent[], token: [] as TelemetryEvent[] };
  let ids = 0;

  const fresh = (topic: "gpu" | "token"): TelemetryEvent => {
    const atMs = START_MS + 3_590_000 + dice.below(20) * 1_000;
    const id = `e${String(ids++).padStart(6, "0")}`;
    const more = { host: `node-${dice.below(2)}`, ...(dice.chance(0.05) ? { pod: "refused" } : {}) };
    return topic === "gpu"
      ? gpuEvent(id, atMs, { ...more, gpu_uuid: `GPU-${dice.below(3)}`, utilization: dice.below(100) / 100 })
      : tokenEvent(id, atMs, {
          ...more,
          source_id: `server-${dice.below(2)}`,
          output_tokens: dice.below(500),
        });
  };

  const value = (topic: "gpu" | "token"): unknown => {
    const before = sent[topic];
    if (dice.chance(0.06))
      return dice.pick(["{", "[]", "", '{"schema_version":1}', `{"schema_version":9,"n":${ids++}}`]);
    if (before.length > 0 && dice.chance(0.2)) {
      const again = dice.chance(0.7)
        ? before.at(-1 - dice.below(Math.min(5, before.length)))!
        : dice.pick(before);
      if (!dice.chance(0.1)) return again;
      const { pod: _, ...other } = again;
      return other;
    }
    const event = fresh(topic);
    before.push(event);
    return event;
  };

  const places = (["gpu", "token"] as const).flatMap((topic) =>
    Array.from({ length: partitionsPerTopic }, (_, partition) => ({
      topic,
      partition,
      origin: `log/${topic}/${partition}`,
      records: [] as LogRecord[],
    })),
  );
  for (let turn = 0; turn < recordsEach; turn++)
    for (const { topic, records } of places) {
      const offset = (records.at(-1)?.offset ?? -1) + 1 + (dice.chance(0.05) ? dice.below(5) : 0);
      const bytes = value(topic);
      records.push(
        logRecord(offset, "", { value: bytesOf(bytes), key: `k${turn}`, appendedMs: START_MS + 3_620_000 }),
      );
    }
  return places;
}
