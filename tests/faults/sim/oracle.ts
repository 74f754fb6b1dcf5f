import { type PlanRules, planBatch } from "../../../src/processor/plan.ts";
import { recomputeRollups, rollupId } from "../../../src/telemetry/recompute.ts";
import type { MemoryLog } from "../../helpers/memory-log.ts";
import type { MemoryStore } from "../../helpers/memory-store.ts";
import { type Partition, refuse } from "./traffic.ts";

/** Everything that is wrong with what log and store hold after the traffic went through; nothing, when all is well. */
export function problems(
  partitions: readonly Partition[],
  log: MemoryLog,
  store: MemoryStore,
  rules: PlanRules,
): string[] {
  const { places, rejected } = expected(partitions, rules);
  const found: string[] = [];
  for (const [id, possible] of places) {
    const held = store.events.get(id);
    if (!held) found.push(`${id} was lost`);
    else if (!possible.has(`${held.origin}/${held.offset}`)) found.push(`${id} is held from a wrong place`);
  }
  for (const id of store.events.keys()) if (!places.has(id)) found.push(`${id} should not be there`);

  const records = ["gpu.dlq", "token.dlq"].flatMap((topic) => log.records(topic));
  const letters = records.map(({ headers }) => `${headers["ca3-dlq-origin"]}/${headers["ca3-dlq-offset"]}`);
  found.push(...differences("dead-letter topic", letters, rejected));
  found.push(...differences("dead letters of the store", [...store.letters.keys()], rejected));
  if (!Bun.deepEquals(new Set(letters), new Set(store.letters.keys())))
    found.push("the dead-letter topic and the dead letters of the store differ");
  found.push(...rollupProblems(store));
  found.push(...latestProblems(store));
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

/** The definition of right is the recomputation: every stored event once in each width, added up from scratch. */
function rollupProblems(store: MemoryStore): string[] {
  const want = new Map(
    [...recomputeRollups(store.events.values())].map(([id, { firstOffset: _, ...total }]) => [id, total]),
  );
  const have = new Map([...store.rollups.values()].map((held) => [rollupId(held.key), held]));
  return [...new Set([...want.keys(), ...have.keys()])]
    .filter((id) => !Bun.deepEquals(want.get(id), have.get(id)))
    .map((id) => `rollup ${id} differs from a recomputation`);
}

function latestProblems(store: MemoryStore): string[] {
  const newest = new Map<string, number>();
  for (const { kind, tsMs, event } of store.events.values()) {
    const subject = "gpu_uuid" in event ? event.gpu_uuid : event.source_id;
    newest.set(`${kind} ${subject}`, Math.max(newest.get(`${kind} ${subject}`) ?? 0, tsMs));
  }
  const held = new Map(
    [...store.newest.values()].map(({ kind, subject, tsMs }) => [`${kind} ${subject}`, tsMs]),
  );
  return Bun.deepEquals(newest, held) ? [] : ["the newest events differ from a recomputation"];
}
