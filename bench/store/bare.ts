import type { StoredEvent } from "../../src/store/port.ts";
import { openDatabase } from "../../src/support/sqlite.ts";

/** The same rows through nothing but a prepared statement in a transaction: what the store is compared with. */
export function bareInserter(path: string) {
  const database = openDatabase(path, { checkpointKiB: 4096 });
  database.run(
    `CREATE TABLE event (id TEXT PRIMARY KEY, kind TEXT, ts INTEGER, origin INTEGER, "offset" INTEGER, expires INTEGER, body BLOB)`,
  );
  const statement = database.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)");
  const insert = database.transaction((events: readonly StoredEvent[]) => {
    for (const one of events)
      statement.run(one.event.event_id, one.kind, one.tsMs, 1, one.offset, one.expiresMs, one.json!);
  });
  return {
    insert: (events: readonly StoredEvent[]) => insert.immediate(events),
    close: () => database.close(true),
  };
}
