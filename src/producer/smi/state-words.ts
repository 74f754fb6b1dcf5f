import { formatDuration } from "../../support/format.ts";
import type { SourceHealth } from "../source.ts";
import { type CardState, cardName } from "./card.ts";
import type { SmiFailure } from "./failure.ts";
import type { FieldPlan } from "./fields.ts";

/** What is known about a running source of nvidia-smi. */
export type SmiState = {
  readonly cards: readonly CardState[];
  readonly pollMs: number;
  readonly nowMs: number;
  /** Set while nvidia-smi does not deliver. */
  readonly failure: (SmiFailure & { readonly sinceMs: number }) | undefined;
  readonly lastSuccessMs: number | undefined;
  readonly offsetMs: number | undefined;
  readonly plan: FieldPlan | undefined;
  readonly broken: { readonly rows: number; readonly last: string | undefined };
  /** Cards that another source counts, by its name. */
  readonly countedBy: ReadonlyMap<string, string>;
};

/** A clock that is off by more is worth a word; what counts is our own. */
const OFFSET_WORTH_SAYING_MS = 5_000;
/** More would not fit a line. */
const MOST_NAMED = 3;

/** Whether any GPU can be read, what is read, and everything that is not as it should be. */
export function healthOf(state: SmiState): SourceHealth {
  const { cards, failure, lastSuccessMs, nowMs } = state;
  const last = lastSuccessMs === undefined ? {} : { lastSuccessMs };
  if (failure !== undefined) {
    const hint = failure.hint === undefined ? "" : `; ${failure.hint}`;
    const since = formatDuration(nowMs - failure.sinceMs);
    return { ok: false, detail: `${failure.message} (for ${since})${hint}`, ...last };
  }
  if (lastSuccessMs === undefined) return { ok: true, detail: "waits for the first reading" };
  const troubled = cards.filter((card) => card.trouble !== undefined);
  const read = cards.length - troubled.length;
  const summary = `reads ${read} ${read === 1 ? "GPU" : "GPUs"} every ${formatDuration(state.pollMs)}`;
  return { ok: read > 0 || cards.length === 0, detail: [summary, ...remarksOn(state)].join("; "), ...last };
}

function remarksOn({ cards, nowMs, offsetMs, plan, broken, countedBy }: SmiState): string[] {
  const troubled = cards.filter((card) => card.trouble !== undefined);
  const remarked = cards.filter((card) => card.trouble === undefined && card.remark !== undefined);
  const divided = cards.filter((card) => card.trouble === undefined && card.isDivided);
  const counted = cards.filter(({ gpu }) => countedBy.has(gpu));
  return [
    ...troubled.map((card) => {
      const { said, sinceMs } = card.trouble!;
      return `${cardName(card)} has not been counted for ${formatDuration(nowMs - sinceMs)}: ${said}`;
    }),
    ...remarked.map((card) => `${cardName(card)} has values it does not report: ${card.remark}`),
    ...(divided.length === 0
      ? []
      : [
          `nvidia-smi reports no utilisation with MIG, so that of ${some(divided.map(cardName))} is estimated from power`,
        ]),
    ...(counted.length === 0
      ? []
      : [`${some(counted.map(cardName))} counted from ${countedBy.get(counted[0]!.gpu)}`]),
    ...(plan === undefined || plan.needed.length === 0
      ? []
      : [`this nvidia-smi has no ${plan.needed.join(", ")}`]),
    ...offsetRemark(offsetMs),
    ...(broken.rows === 0 ? [] : [`${broken.rows} rows could not be read, the last: ${broken.last}`]),
  ];
}

/** A sentence about a clock that is off, or nothing. */
export function offsetRemark(offsetMs: number | undefined): string[] {
  if (offsetMs === undefined || Math.abs(offsetMs) <= OFFSET_WORTH_SAYING_MS) return [];
  const direction = offsetMs > 0 ? "ahead of" : "behind";
  return [
    `its times are ${formatDuration(Math.abs(offsetMs))} ${direction} ours (another zone or a wrong clock); ours count`,
  ];
}

const some = (names: readonly string[]): string =>
  names.length <= MOST_NAMED
    ? names.join(", ")
    : `${names.slice(0, MOST_NAMED).join(", ")} and ${names.length - MOST_NAMED} more`;
