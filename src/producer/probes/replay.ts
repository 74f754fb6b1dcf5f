import { formatCount, formatDuration } from "../../support/format.ts";
import type { ProbeProblem, SourceProbe } from "../probe.ts";
import { openReplaySource } from "../sources/open-replay.ts";
import type { OpenContext } from "../sources/registry.ts";

/** Recorded files are read through, as before a replay. */
export const replayProbe = (context: OpenContext): SourceProbe => ({
  title: `replay ${(context.settings.replayFiles ?? []).join(" ")}`.trim(),
  probe: async (signal) => {
    const source = await openReplaySource({ ...context, signal });
    const { requests, tokenEvents, gpuEvents, firstMs, lastMs } = source.contents;
    const skipped = source.skippedRows?.() ?? 0;
    const leftOut: ProbeProblem[] =
      skipped === 0 ? [] : [{ severity: "warn", message: `${formatCount(skipped)} rows are left out` }];
    return {
      summary: source.describe(),
      facts: {
        rows: `${formatCount(tokenEvents)} of tokens (${formatCount(requests)} requests), ${formatCount(gpuEvents)} of GPUs`,
        span: `${new Date(firstMs).toISOString()} to ${new Date(lastMs).toISOString()}, ${formatDuration(lastMs - firstMs)}`,
      },
      problems: [...source.notes.map((message) => ({ severity: "warn" as const, message })), ...leftOut],
    };
  },
});
