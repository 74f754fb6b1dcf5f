import type { EventLog, OutRecord } from "../../eventlog/port.ts";
import type { DeadLetter, TelemetryStore } from "../../store/port.ts";

/** Header of a record that was sent again: the dead letter it was. */
const REPLAY_HEADER = "ca3-replay-of";

/** The rejected record as it came, bytes, key and headers; the log takes it once, whoever sends it and how often. */
export const replayRecord = ({ id, topic, key, value, headers, appendedMs }: DeadLetter): OutRecord => ({
  topic,
  key,
  value,
  headers: { ...headers, [REPLAY_HEADER]: id },
  onceId: `replay-of/${id}`,
  onceSinceMs: appendedMs,
});

export type ReplayCount = { readonly replayed: readonly string[]; readonly skipped: readonly string[] };

/**
 * Sends letters to their topics again and marks them, in this order: a crash between the two leaves them open, and the
 * next replay marks them without sending twice. Those that were replayed before are skipped.
 */
export async function replayLetters(
  letters: readonly DeadLetter[],
  log: EventLog,
  store: TelemetryStore,
): Promise<ReplayCount> {
  const due = letters.filter(({ state }) => state !== "replayed");
  await log.append(due.map(replayRecord));
  const replayed = due.map(({ id }) => id);
  await store.markDeadLetters(replayed, "replayed");
  const skipped = letters.filter(({ state }) => state === "replayed").map(({ id }) => id);
  return { replayed, skipped };
}
