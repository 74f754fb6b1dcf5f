import { Ca3Error } from "../../support/errors.ts";
import { inputError, RowPolicy, type Skipped, type SkipReason } from "./row-problem.ts";
import type { Trace } from "./trace.ts";

/** What one pass over a file told: nothing is sent before every file was read through once. */
export type Scan = {
  readonly trace: Trace;
  /** Hash of the whole content. */
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly gpuEvents: number;
  readonly tokenEvents: number;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly gpus: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly skipped: ReadonlyMap<SkipReason, Skipped>;
};

export type ScanOptions = {
  readonly lenient: boolean;
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal;
};

/** Rows between two looks at the clock of the event loop, so that an interrupt is seen. */
const ROWS_PER_TURN = 50_000;

/** Reads a file through. Rejects with CA3_INPUT at the first row that cannot be read, unless such rows are skipped. */
export async function scanTrace(trace: Trace, options: ScanOptions): Promise<Scan> {
  const policy = new RowPolicy(trace.file.label, options.lenient);
  const hash = new Bun.CryptoHasher("sha256");
  let sizeBytes = 0;
  const rows = trace.open(policy, (bytes) => {
    hash.update(bytes);
    sizeBytes += bytes.length;
    options.onBytes?.(bytes.length);
  });
  const sums = { gpuEvents: 0, tokenEvents: 0, requests: 0, inputTokens: 0, outputTokens: 0 };
  const gpus = new Set<string>();
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  try {
    for (let row = rows.next(); row; row = rows.next()) {
      if (row.gpu === undefined) sums.tokenEvents += 1;
      else {
        sums.gpuEvents += 1;
        gpus.add(row.gpu);
      }
      sums.requests += row.requests;
      sums.inputTokens += row.inputTokens;
      sums.outputTokens += row.outputTokens;
      if (row.startMs < firstMs) firstMs = row.startMs;
      if (row.tsMs > lastMs) lastMs = row.tsMs;
      count += 1;
      if (count % ROWS_PER_TURN !== 0) continue;
      await new Promise((resolve) => setImmediate(resolve));
      if (options.signal?.aborted)
        throw new Ca3Error("CA3_INTERRUPTED", `interrupted while reading ${trace.file.label}`);
    }
  } finally {
    rows.close();
  }
  if (count === 0) throw nothingIn(trace, policy);
  const contentHash = hash.digest("hex");
  return {
    trace,
    contentHash,
    sizeBytes,
    ...sums,
    gpus: gpus.size,
    firstMs,
    lastMs,
    skipped: policy.skipped,
  };
}

function nothingIn(trace: Trace, policy: RowPolicy) {
  const [skipped] = policy.skipped.values();
  if (skipped)
    return inputError(trace.file.label, `no row can be used; the first problem is ${skipped.first}`);
  const needsTwo = trace.format === "smi" || trace.format === "counters";
  return inputError(
    trace.file.label,
    needsTwo
      ? "it gives no interval: the first row of each source is only a baseline, and there is no second one"
      : "there is no row after the header",
    undefined,
    "name a file with more rows",
  );
}
