import type { Database } from "bun:sqlite";
import type { RollupKey } from "../../telemetry/rollup.ts";
import { DIMENSIONS } from "../../telemetry/rollup.ts";
import type { Connection } from "./connection.ts";

/** Above this many names the memory of them starts over; the table stays. */
const REMEMBERED = 100_000;

/** Gives the number that stands for a name in the file, and makes one for a new name. Call inside a transaction. */
export type Interner<T> = (name: T) => number;

export function createOriginInterner(connection: Connection): Interner<string> {
  return interner(
    connection,
    (name) => name,
    "origin",
    ["name"],
    (name) => [name],
  );
}

/** A series is what a rollup is kept by, without the bucket: kind, origin and dimensions. */
export function createSeriesInterner(connection: Connection): Interner<RollupKey> {
  const values = (key: RollupKey) => [
    key.kind,
    key.origin,
    ...DIMENSIONS.map((name) => key.dimensions[name]),
  ];
  return interner(connection, seriesName, "series", ["kind", "origin", ...DIMENSIONS], values);
}

/** Each part with its length before it, so that no two keys share a name whatever the parts hold. */
function seriesName({ kind, origin, dimensions }: RollupKey): string {
  let name = `${kind}${origin.length}:${origin}`;
  for (const dimension of DIMENSIONS) name += `${dimensions[dimension].length}:${dimensions[dimension]}`;
  return name;
}

function interner<T>(
  connection: Connection,
  nameOf: (value: T) => string,
  table: string,
  columns: readonly string[],
  valuesOf: (value: T) => string[],
): Interner<T> {
  const known = new Map<string, number>();
  connection.onRollback(() => known.clear());
  const statements = lazily(() => prepareStatements(connection.database, table, columns));
  return (value) => {
    const name = nameOf(value);
    const id = known.get(name);
    if (id !== undefined) return id;
    const { find, add } = statements();
    const values = valuesOf(value);
    const found = find.get(...values)?.id ?? Number(add.run(...values).lastInsertRowid);
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, found);
    return found;
  };
}

function prepareStatements(database: Database, table: string, columns: readonly string[]) {
  const where = columns.map((column) => `${column} = ?`).join(" AND ");
  const marks = columns.map(() => "?").join(", ");
  return {
    find: database.prepare<{ id: number }, string[]>(`SELECT id FROM ${table} WHERE ${where}`),
    add: database.prepare<void, string[]>(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks})`),
  };
}

/** Statements are prepared when first used: a reader never needs those that write. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
