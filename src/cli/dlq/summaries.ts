import type { DeadLetterQuery, TelemetryStore } from "../../store/port.ts";
import type { LetterSummary } from "../render/dead-letters.ts";
import { summary } from "../render/dead-letters.ts";

/** Letters read at a time; their bytes are let go before the next ones are read. */
const PAGE = 100;

/** At most `limit` letters without their bytes, and the id to go on after when there are more. */
export async function summaries(
  store: TelemetryStore,
  wanted: Pick<DeadLetterQuery, "state" | "reason">,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<{ shown: readonly LetterSummary[]; next: string | null }> {
  const found: LetterSummary[] = [];
  for (let last = after; ; last = found.at(-1)!.id) {
    const size = Math.min(PAGE, limit + 1 - found.length);
    const page = await store.listDeadLetters({
      ...wanted,
      limit: size,
      ...(last !== undefined && { after: last }),
    });
    found.push(...page.map(summary));
    if (page.length < size || found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  return { shown, next: found.length > limit ? shown.at(-1)!.id : null };
}
