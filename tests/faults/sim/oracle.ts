import type { LogRecord } from "../../../src/eventlog/port.ts";
import { type PlanRules, planBatch } from "../../../src/processor/plan.ts";
import type { StoredEvent, TelemetryStore } from "../../../src/store/port.ts";
import { recomputeRollups } from "../../../src/telemetry/recompute.ts";
import {
  addSums,
  DIMENSIONS,
  type Dimensions,
  RESOLUTIONS_S,
  type Sums,
  zeroSums,
} from "../../../src/telemetry/rollup.ts";
import { type Partition, refuse } from "./traffic.ts";

/**
 * Everything that is wrong with what log and store hold after the traffic went through; nothing, when all is well. The
 * store is asked through its port alone, so any adapter can be judged.
 */
export async function problems(
  partitions: readonly Partition[],
  deadLetterRecords: readonly LogRecord[],
  store: TelemetryStore,
  rules: PlanRules,
): Promise<string[]> {
  const { places, rejected } = expected(partitions, rules);
  const events: StoredEvent[] = [];
  for await (const event of store.scanEvents()) events.push(event);
  const found: string[] = [];
  const held = new Map(events.map(({ event, origin, offset }) => [event.event_id, `${origin}/${offset}`]));
  if (held.size !== events.length) found.push(`${events.length - held.size} events are held twice`);
  for (const [id, possible] of places) {
    const place = held.get(id);
    if (place === undefined) found.push(`${id} was lost`);
    else if (!possible.has(place)) found.push(`${id} is held from a wrong place`);
  }
  for (const id of held.keys()) if (!places.has(id)) found.push(`${id} should not be there`);

  const inTopic = deadLetterRecords.map(
    ({ headers }) => `${headers["ca3-dlq-origin"]}/${headers["ca3-dlq-offset"]}`,
  );
  const inStore = (await store.listDeadLetters({ limit: 1e6 })).map(({ id }) => id);
  found.push(...differences("dead-letter topic", inTopic, rejected));
  found.push(...differences("dead letters of the store", inStore, rejected));
  if (!Bun.deepEquals(new Set(inTopic), new Set(inStore)))
    found.push("the dead-letter topic and the dead letters of the store differ");
  found.push(...(await rollupProblems(store, events)));
  found.push(...(await latestProblems(store, events)));
  return found;
}

type Expected = {
  /** By event id: the places from which it may be held. */
  readonly places: ReadonlyMap<string, ReadonlySet<string>>;
  /** Places of records that are no events; `false` when it makes no difference whether they are dead-lettered. */
  readonly rejected: ReadonlyMap<string, boolean>;
};

/**
 * A record that the store refuses must become a dead letter, unless the event it names is held with another content:
 * then it may as well count as sent again.
 */
function expected(partitions: readonly Partition[], rules: PlanRules): Expected {
  const places = new Map<string, Set<string>>();
  const rejected = new Map<string, boolean>();
  const refused: [place: string, id: string][] = [];
  for (const { topic, partition, origin, records } of partitions) {
    const plan = planBatch({ topic, partition, origin, records, endOffset: records.length }, topic, rules);
    for (const { record } of plan.rejected) rejected.set(`${origin}/${record.offset}`, true);
    for (const write of plan.writes) {
      const place = `${origin}/${write.offset}`;
      const id = write.event.event_id;
      if (refuse(write)) refused.push([place, id]);
      else places.set(id, (places.get(id) ?? new Set()).add(place));
    }
  }
  for (const [place, id] of refused) rejected.set(place, !places.has(id));
  return { places, rejected };
}

function differences(where: string, have: readonly string[], want: ReadonlyMap<string, boolean>): string[] {
  const seen = new Set(have);
  return [
    ...[...want]
      .filter(([one, must]) => must && !seen.has(one))
      .map(([one]) => `${where}: ${one} is missing`),
    ...[...seen].filter((one) => !want.has(one)).map((one) => `${where}: ${one} should not be there`),
    ...(have.length === seen.size ? [] : [`${where}: ${have.length - seen.size} doubles`]),
  ];
}

/** What a rollup query can see: the rollups of all origins together. */
const seen = (kind: string, resolutionS: number, bucketMs: number, dimensions: Partial<Dimensions>) =>
  JSON.stringify([kind, resolutionS, bucketMs, ...DIMENSIONS.map((name) => dimensions[name])]);

type Sum = { readonly sums: Sums; readonly newestMs: number; readonly oldestMs: number };

/** The definition of right is the recomputation: every stored event once in each width, added up from scratch. */
export async function rollupProblems(
  store: TelemetryStore,
  events: readonly StoredEvent[],
): Promise<string[]> {
  const want = new Map<string, Sum>();
  for (const { key, sums, newestMs, oldestMs } of recomputeRollups(events).values()) {
    const id = seen(key.kind, key.resolutionS, key.bucketMs, key.dimensions);
    const before = want.get(id) ?? { sums: zeroSums(), newestMs, oldestMs };
    addSums(before.sums, sums);
    want.set(id, {
      sums: before.sums,
      newestMs: Math.max(before.newestMs, newestMs),
      oldestMs: Math.min(before.oldestMs, oldestMs),
    });
  }
  const have = new Map<string, Sum>();
  for (const resolutionS of RESOLUTIONS_S) {
    const groupBy = ["kind", "bucket", ...DIMENSIONS] as const;
    for (const row of await store.queryRollups({ resolutionS, fromMs: 0, toMs: 9e15, groupBy })) {
      const { sums, newestMs, oldestMs } = row;
      have.set(seen(row.kind!, resolutionS, row.bucketMs!, row.dimensions), { sums, newestMs, oldestMs });
    }
  }
  return [...new Set([...want.keys(), ...have.keys()])]
    .filter((id) => !Bun.deepEquals(want.get(id), have.get(id)))
    .map((id) => `rollup ${id} differs from a recomputation`);
}

export async function latestProblems(
  store: TelemetryStore,
  events: readonly StoredEvent[],
): Promise<string[]> {
  const newest = new Map<string, number>();
  for (const { kind, tsMs, event } of events) {
    const subject = `${kind} ${"gpu_uuid" in event ? event.gpu_uuid : event.source_id}`;
    newest.set(subject, Math.max(newest.get(subject) ?? 0, tsMs));
  }
  const latest = [...(await store.latest("gpu")), ...(await store.latest("token"))];
  const held = new Map(latest.map(({ kind, subject, tsMs }) => [`${kind} ${subject}`, tsMs]));
  return Bun.deepEquals(newest, held) ? [] : ["the newest events differ from a recomputation"];
}
