import type { DeadLetter, DeadLetterState, TelemetryStore } from "../../store/port.ts";
import { Ca3Error } from "../../support/errors.ts";
import { quotedIfNeeded } from "../../support/shell-words.ts";
import type { GivenFlags } from "../command.ts";
import { sameFlags } from "./same-flags.ts";

/** Which dead letters a command is about: named ones, or all open ones, or the open ones of one reason. */
export type Selection =
  | { readonly ids: readonly string[]; readonly data: string }
  | { readonly state: "open"; readonly reason?: string };

/** Reads a selection from the command line. Throws CA3_USAGE when it says none or two at once. */
export function selectionOf(
  name: string,
  { ids, all, reason }: { ids: readonly string[]; all: boolean; reason: string | undefined },
  given: GivenFlags,
): Selection {
  const ways = [ids.length > 0, all, reason !== undefined].filter(Boolean).length;
  if (ways !== 1)
    throw new Ca3Error(
      "CA3_USAGE",
      ways === 0
        ? `${name} needs dead letters: ids, --reason or --all`
        : `${name} takes ids, --reason or --all, not two of them`,
      { hint: ways === 0 ? "ca3 dlq list" : `${name} --help` },
    );
  if (ids.length > 0) return { ids: [...new Set(ids)], data: sameFlags(given, ["data", "mongo"]) };
  return reason === undefined ? { state: "open" } : { state: "open", reason };
}

/** The selection as it stands on a command line. */
export function selectionWords(selection: Selection): string {
  if ("ids" in selection) return selection.ids.map(quotedIfNeeded).join(" ");
  return selection.reason === undefined ? "--all" : `--reason ${quotedIfNeeded(selection.reason)}`;
}

/** Letters read at a time. */
const PAGE = 100;

/**
 * The selected letters, a page at a time; by id whatever their state, otherwise the open ones that were rejected before
 * `beforeMs`: what a replay sends may be rejected again, and that must not come round for ever. Throws CA3_NOT_FOUND
 * for an unknown id before the first page.
 */
export async function* selectedLetters(
  store: TelemetryStore,
  selection: Selection,
  beforeMs: number,
): AsyncGenerator<readonly DeadLetter[]> {
  if ("ids" in selection) {
    const letters: DeadLetter[] = [];
    for (const id of selection.ids) letters.push(await existing(store, id, selection.data));
    yield letters;
    return;
  }
  for (let after: string | undefined; ; ) {
    const page = await store.listDeadLetters({ ...selection, limit: PAGE, ...(after && { after }) });
    const old = page.filter((letter) => letter.appendedMs < beforeMs);
    if (old.length > 0) yield old;
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}

/** The dead letter with this id. Throws CA3_NOT_FOUND; `data` is the flag that the next command needs, if any. */
export async function existing(store: TelemetryStore, id: string, data: string): Promise<DeadLetter> {
  const letter = await store.getDeadLetter(id);
  if (letter) return letter;
  throw new Ca3Error("CA3_NOT_FOUND", `there is no dead letter ${id}`, {
    hint: `ca3 dlq list --state all${data}`,
  });
}

/** How many letters a selection holds. Throws CA3_NOT_FOUND for an unknown id. */
export async function countSelected(store: TelemetryStore, selection: Selection): Promise<number> {
  if ("ids" in selection) {
    for (const id of selection.ids) await existing(store, id, selection.data);
    return selection.ids.length;
  }
  const counts = await store.countDeadLetters();
  return counts
    .filter(({ state, reason }) => state === "open" && (selection.reason ?? reason) === reason)
    .reduce((sum, { count }) => sum + count, 0);
}

/** `2 open: 1 malformed_json, 1 too_old`; nothing when there are none in this state. */
export function countLine(
  counts: Awaited<ReturnType<TelemetryStore["countDeadLetters"]>>,
  state: DeadLetterState,
): string | undefined {
  const rows = counts.filter((one) => one.state === state).sort((a, b) => b.count - a.count);
  if (rows.length === 0) return undefined;
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  return `${total} ${state}: ${rows.map(({ count, reason }) => `${count} ${reason}`).join(", ")}`;
}
