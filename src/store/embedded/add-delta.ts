import type { Database, SQLQueryBindings, Statement } from "bun:sqlite";
import {
  decodeLatencies,
  encodeLatencies,
  type LatencyCounts,
  sumLatencies,
} from "../../telemetry/latency.ts";
import type { SumName, Sums } from "../../telemetry/rollup.ts";
import { SUMS } from "../../telemetry/rollup.ts";
import type { RollupDelta } from "../port.ts";
import { lazily } from "./interning.ts";
import { LATENCY_COLUMN } from "./schema.ts";

/** Sets of sums that get a statement of their own; there are far fewer kinds of events than this. */
const STATEMENTS = 64;

type Adder = {
  readonly names: readonly SumName[];
  readonly add: Statement<void, SQLQueryBindings[]>;
  /** The same for a delta with counts by time. */
  readonly addTimed: () => Statement<void, SQLQueryBindings[]>;
};

/** Verdicts come together or not at all, so they do not each double the number of statements. */
const IS_VERDICT = SUMS.map((name) => /^slo|^good/.test(name));

/**
 * Adds a delta when its rollup is new or includes only offsets below the delta's first, and says whether it did. Call
 * inside a transaction: the guard and the sums are one statement, but counts by time are read, added here and written
 * back. Only the sums that the delta adds to are in the statement: an event has either those of a GPU or those of
 * tokens, and naming all takes twice as long.
 */
export function createAdder(database: Database): (series: number, delta: RollupDelta) => boolean {
  const adders = new Map<number, Adder>();
  const prepare = (names: readonly SumName[]): Adder => ({
    names,
    add: database.prepare(addStatement(names, false)),
    addTimed: lazily(() => database.prepare(addStatement(names, true))),
  });
  const everything = lazily(() => prepare(SUMS));
  const adderFor = (mask: number): Adder => {
    const known = adders.get(mask);
    if (known) return known;
    if (adders.size >= STATEMENTS) return everything();
    const made = prepare(SUMS.filter((_, index) => isIn(mask, index)));
    adders.set(mask, made);
    return made;
  };
  const held = lazily(() =>
    database.prepare<{ counts: string | null }, [number, number, number]>(
      `SELECT ${LATENCY_COLUMN} AS counts FROM rollup WHERE resolution_s = ? AND bucket_ms = ? AND series = ?`,
    ),
  );
  const withHeld = (resolutionS: number, bucketMs: number, series: number, counts: LatencyCounts): string => {
    const before = held().get(resolutionS, bucketMs, series)?.counts ?? null;
    return encodeLatencies(sumLatencies(decodeLatencies(before), counts)!);
  };
  return (series, { key, lastOffset, firstOffset, newestMs, oldestMs, sums }) => {
    const { resolutionS, bucketMs } = key;
    const adder = adderFor(maskOf(sums));
    const values: SQLQueryBindings[] = [resolutionS, bucketMs, series, lastOffset, newestMs, oldestMs];
    for (const name of adder.names) values.push(sums[name]);
    if (sums.latency === undefined) return adder.add.run(...values, firstOffset).changes > 0;
    const counts = withHeld(resolutionS, bucketMs, series, sums.latency);
    return adder.addTimed().run(...values, counts, firstOffset).changes > 0;
  };
}

/** The sums that a delta adds to, as the bits of a number; there are too many for the operators on 32 bits. */
function maskOf(sums: Readonly<Sums>): number {
  const judged = sums.sloRequests !== 0;
  let mask = 0;
  for (let index = 0; index < SUMS.length; index += 1)
    if (sums[SUMS[index]!] !== 0 || (judged && IS_VERDICT[index])) mask += 2 ** index;
  return mask;
}
const isIn = (mask: number, index: number): boolean => Math.floor(mask / 2 ** index) % 2 === 1;

function addStatement(sums: readonly SumName[], timed: boolean): string {
  const names = sums.map((name) => `"${name}"`);
  const keys = ["resolution_s", "bucket_ms", "series", "last_offset", "newest_ms", "oldest_ms"];
  const columns = [...keys, ...names, ...(timed ? [LATENCY_COLUMN] : [])];
  return `
    INSERT INTO rollup (${columns.join(", ")}) VALUES (${columns.map((_, at) => `?${at + 1}`).join(", ")})
    ON CONFLICT (resolution_s, bucket_ms, series) DO UPDATE SET ${[
      "last_offset = excluded.last_offset",
      "newest_ms = max(newest_ms, excluded.newest_ms)",
      "oldest_ms = min(oldest_ms, excluded.oldest_ms)",
      ...names.map((name) => `${name} = ${name} + excluded.${name}`),
      ...(timed ? [`${LATENCY_COLUMN} = excluded.${LATENCY_COLUMN}`] : []),
    ].join(", ")}
    WHERE last_offset < ?${columns.length + 1}`;
}
