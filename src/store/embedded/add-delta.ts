import type { Database, Statement } from "bun:sqlite";
import type { SumName } from "../../telemetry/rollup.ts";
import { SUMS } from "../../telemetry/rollup.ts";
import type { RollupDelta } from "../port.ts";
import { lazily } from "./interning.ts";

/** Sets of sums that get a statement of their own; there are far fewer kinds of events than this. */
const STATEMENTS = 64;

/**
 * Adds a delta when its rollup is new or includes only offsets below the delta's first, and says whether it did. The
 * guard and the sums are one statement, so there is no moment between them. Only the sums that the delta adds to are in
 * the statement: an event has either those of a GPU or those of tokens, and naming all takes twice as long.
 */
export function createAdder(database: Database): (series: number, delta: RollupDelta) => boolean {
  const statements = new Map<number, { names: readonly SumName[]; add: Statement<void, number[]> }>();
  const prepare = (names: readonly SumName[]) => ({
    names,
    add: database.prepare<void, number[]>(addStatement(names)),
  });
  const everything = lazily(() => prepare(SUMS));
  const statementFor = (mask: number) => {
    const known = statements.get(mask);
    if (known) return known;
    if (statements.size >= STATEMENTS) return everything();
    const made = prepare(SUMS.filter((_, index) => Math.floor(mask / 2 ** index) % 2 === 1));
    statements.set(mask, made);
    return made;
  };
  return (series, { key, lastOffset, firstOffset, newestMs, oldestMs, sums }) => {
    let mask = 0;
    for (let index = 0; index < SUMS.length; index += 1) if (sums[SUMS[index]!] !== 0) mask += 2 ** index;
    const { names, add } = statementFor(mask);
    const values = [key.resolutionS, key.bucketMs, series, lastOffset, newestMs, oldestMs];
    for (const name of names) values.push(sums[name]);
    values.push(firstOffset);
    return add.run(...values).changes > 0;
  };
}

function addStatement(sums: readonly SumName[]): string {
  const names = sums.map((name) => `"${name}"`);
  const columns = ["resolution_s", "bucket_ms", "series", "last_offset", "newest_ms", "oldest_ms", ...names];
  return `
    INSERT INTO rollup (${columns.join(", ")}) VALUES (${columns.map((_, at) => `?${at + 1}`).join(", ")})
    ON CONFLICT (resolution_s, bucket_ms, series) DO UPDATE SET ${[
      "last_offset = excluded.last_offset",
      "newest_ms = max(newest_ms, excluded.newest_ms)",
      "oldest_ms = min(oldest_ms, excluded.oldest_ms)",
      ...names.map((name) => `${name} = ${name} + excluded.${name}`),
    ].join(", ")}
    WHERE last_offset < ?${columns.length + 1}`;
}
