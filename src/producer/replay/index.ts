import type { EventSource } from "../source.ts";
import { openTrace } from "./open-trace.ts";
import { checkReplayOptions } from "./option-checks.ts";
import type { ReplayOptions } from "./options.ts";
import { traceOptions } from "./options.ts";
import { planReplay } from "./plan.ts";
import { readReplay } from "./read.ts";
import type { SkipReason } from "./row-problem.ts";
import { scanTrace } from "./scan.ts";
import { describeReplay, healthOf, notesOf, skippedOf } from "./words.ts";

export type { ReplayOptions } from "./options.ts";

export type ReplaySource = EventSource & {
  /** Sentences that must accompany the numbers, such as that GPUs are modelled. */
  readonly notes: readonly string[];
  /** Rows left out by reason; only with `lenient`, except for GPU samples without a utilisation. */
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** What the files hold, once over. */
  readonly contents: {
    readonly requests: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly tokenEvents: number;
    readonly gpuEvents: number;
    readonly firstMs: number;
    readonly lastMs: number;
  };
};

/**
 * Opens recorded traces as a source of events. Every file is recognised by its content and read through once before
 * anything is sent, so a file with a broken row is refused as a whole: CA3_INPUT with line and column, CA3_FILE when a
 * file cannot be opened, CA3_USAGE for options that do not go together.
 */
export async function openReplay(options: ReplayOptions): Promise<ReplaySource> {
  checkReplayOptions(options);
  const read = traceOptions(options);
  const traces = options.files.map((file) => openTrace(file, read));
  const total = traces.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  let done = 0;
  const scans = [];
  for (const trace of traces) {
    const scan = await scanTrace(trace, {
      lenient: read.lenient,
      onBytes: (bytes) => {
        done += bytes;
        options.onProgress?.(done, total);
      },
      ...(options.signal ? { signal: options.signal } : {}),
    });
    scans.push(scan);
  }
  const plan = planReplay(options, scans);
  const progress = { loop: 0, events: 0 };
  return {
    name: `replay-${plan.id.slice(0, 8)}`,
    describe: () => describeReplay(plan),
    read: (signal, resume) => readReplay(plan, progress, signal, resume),
    health: () => healthOf(plan, progress),
    notes: notesOf(plan),
    skipped: plan.skipped,
    skippedRows: () => skippedOf(plan),
    contents: plan.contents,
  };
}
