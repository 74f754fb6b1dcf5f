import type { DeadLetter, DeadLetterQuery, DeadLetterState } from "../port.ts";
import type { Connection } from "./connection.ts";
import { lazily } from "./interning.ts";

type Row = Omit<DeadLetter, "headers"> & { headers: string };
type Count = { state: DeadLetterState; reason: string; count: number };

const COLUMNS = `id, origin, "offset", topic, "key", value, headers, reason, detail, appended_ms AS appendedMs, state`;

/** Dead letters are never deleted, only marked: they are the evidence of what was not stored. */
export function createDeadLetters(connection: Connection) {
  const { database } = connection;
  const insert = lazily(() =>
    database.prepare<void, (string | number | Uint8Array | null)[]>(
      `INSERT INTO dead_letter (id, origin, "offset", topic, "key", value, headers, reason, detail, appended_ms, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    ),
  );
  const mark = lazily(() =>
    database.prepare<void, [string, string]>("UPDATE dead_letter SET state = ? WHERE id = ?"),
  );
  return {
    async add(letters: readonly DeadLetter[]): Promise<void> {
      if (letters.length === 0) return;
      await connection.write(() => {
        for (const one of letters) {
          const place = [one.id, one.origin, one.offset, one.topic, one.key];
          const why = [one.reason, one.detail, one.appendedMs, one.state];
          insert().run(...place, one.value, JSON.stringify(one.headers), ...why);
        }
      });
    },

    list({ state, reason, after = "", limit }: DeadLetterQuery): DeadLetter[] {
      const filters = [
        ...(state === undefined ? [] : [["state", state]]),
        ...(reason === undefined ? [] : [["reason", reason]]),
      ];
      const where = ["id > ?", ...filters.map(([name]) => `${name} = ?`)].join(" AND ");
      const sql = `SELECT ${COLUMNS} FROM dead_letter WHERE ${where} ORDER BY id LIMIT ?`;
      const values = [after, ...filters.map(([, value]) => value!), limit];
      return connection.use(() => database.query<Row, (string | number)[]>(sql).all(...values)).map(letter);
    },

    get(id: string): DeadLetter | undefined {
      const sql = `SELECT ${COLUMNS} FROM dead_letter WHERE id = ?`;
      const row = connection.use(() => database.query<Row, [string]>(sql).get(id));
      return row ? letter(row) : undefined;
    },

    async mark(ids: readonly string[], state: DeadLetterState): Promise<void> {
      if (ids.length === 0) return;
      await connection.write(() => {
        for (const id of ids) mark().run(state, id);
      });
    },

    count(): Count[] {
      const sql = `SELECT state, reason, count(*) AS count FROM dead_letter GROUP BY state, reason`;
      return connection.use(() => database.query<Count, []>(sql).all());
    },
  };
}

const letter = ({ headers, ...rest }: Row): DeadLetter => ({
  ...rest,
  headers: JSON.parse(headers) as Record<string, string>,
});
