import type { Sums } from "../../telemetry/rollup.ts";
import { addSums } from "../../telemetry/rollup.ts";
import type { RollupQuery, RollupRow } from "../port.ts";
import type { Connection } from "./connection.ts";
import { blockLengthMs, blockStart, RollupMemo } from "./rollup-memo.ts";
import type { GroupingStatement, SqlValue } from "./rollup-sql.ts";
import { groupingStatement } from "./rollup-sql.ts";
import { sumColumns } from "./schema.ts";

/** How long a query may work before other work of this process gets a turn, ms. */
const TURN_MS = 8;

type Total = { row: RollupRow; sums: Sums; newestMs: number; oldestMs: number };

/** Answers rollup queries block by block; SQLite sums up a block, blocks are added here. */
export class RollupReader {
  readonly #connection: Connection;
  readonly #memo = new RollupMemo();
  #seenVersion = -1;
  #columns: ReadonlySet<string> = new Set();

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.onRollback(() => this.#memo.clear());
  }

  /** One rollup of this bucket was changed through this connection. */
  readonly touched = (resolutionS: number, bucketMs: number): void => this.#memo.touch(resolutionS, bucketMs);

  async query(query: RollupQuery): Promise<RollupRow[]> {
    const { resolutionS, fromMs, toMs } = query;
    const statement = this.#connection.use(() => this.#prepare(query));
    const shape = JSON.stringify([statement.sql, statement.parameters(0, 0)]);
    const blockMs = blockLengthMs(resolutionS);
    const totals = new Totals(query.groupBy.includes("bucket"));
    let turnStart = performance.now();
    for (let at = fromMs; ; ) {
      const bucket = this.#connection.use(() => this.#nextBucket(resolutionS, at, toMs));
      if (bucket === undefined) return totals.rows();
      const start = blockStart(resolutionS, bucket);
      const whole = start >= fromMs && start + blockMs <= toMs;
      totals.add(
        this.#connection.use(() =>
          whole
            ? this.#whole(resolutionS, start, shape, statement)
            : this.#sum(statement, Math.max(start, fromMs), Math.min(start + blockMs, toMs)),
        ),
      );
      at = start + blockMs;
      if (performance.now() - turnStart < TURN_MS) continue;
      await new Promise(setImmediate);
      turnStart = performance.now();
    }
  }

  /** What other connections wrote is not announced to us; SQLite's data version tells that something was. */
  #prepare(query: RollupQuery): GroupingStatement {
    const { database } = this.#connection;
    const version = database.query<{ data_version: number }, []>("PRAGMA data_version").get()!.data_version;
    if (version !== this.#seenVersion) {
      this.#memo.clear();
      this.#columns = sumColumns(database);
      this.#seenVersion = version;
    }
    return groupingStatement(query, this.#columns);
  }

  #nextBucket(resolutionS: number, fromMs: number, toMs: number): number | undefined {
    const sql = `SELECT bucket_ms FROM rollup WHERE resolution_s = ? AND bucket_ms >= ? AND bucket_ms < ?
      ORDER BY bucket_ms LIMIT 1`;
    const find = this.#connection.database.query<{ bucket_ms: number }, number[]>(sql);
    return find.get(resolutionS, fromMs, toMs)?.bucket_ms;
  }

  #whole(
    resolutionS: number,
    startMs: number,
    shape: string,
    statement: GroupingStatement,
  ): readonly RollupRow[] {
    const known = this.#memo.get(resolutionS, startMs, shape);
    if (known) return known;
    const rows = this.#sum(statement, startMs, startMs + blockLengthMs(resolutionS));
    this.#memo.put(resolutionS, startMs, shape, rows);
    return rows;
  }

  #sum(statement: GroupingStatement, fromMs: number, toMs: number): RollupRow[] {
    const run = this.#connection.database.query<unknown, SqlValue[]>(statement.sql);
    return (run.values(...statement.parameters(fromMs, toMs)) as SqlValue[][]).map(statement.row);
  }
}

/** Adds up rows of the same group over blocks; remembered rows are never handed out or changed themselves. */
class Totals {
  readonly #distinct: boolean;
  readonly #rows: RollupRow[] = [];
  readonly #groups = new Map<string, Total>();

  /** `distinct`: a group is never in two blocks, because its bucket is part of it. */
  constructor(distinct: boolean) {
    this.#distinct = distinct;
  }

  add(rows: readonly RollupRow[]): void {
    if (this.#distinct) for (const row of rows) this.#rows.push({ ...row, sums: { ...row.sums } });
    else for (const row of rows) this.#addToGroup(row);
  }

  #addToGroup(row: RollupRow): void {
    const key = JSON.stringify([row.kind, row.dimensions]);
    const { sums, newestMs, oldestMs } = row;
    const group = this.#groups.get(key);
    if (group === undefined) {
      this.#groups.set(key, { row, sums: { ...sums }, newestMs, oldestMs });
      return;
    }
    addSums(group.sums, sums);
    group.newestMs = Math.max(group.newestMs, newestMs);
    group.oldestMs = Math.min(group.oldestMs, oldestMs);
  }

  rows(): RollupRow[] {
    if (this.#distinct) return this.#rows;
    return [...this.#groups.values()].map(({ row, ...total }) => ({ ...row, ...total }));
  }
}
