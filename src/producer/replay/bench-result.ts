import { RowProblem } from "./row-problem.ts";

/** One request of a benchmark, as far as the result knows it. */
export type BenchRequest = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Seconds on the benchmark's own clock, which starts anywhere. */
  readonly startS: number | undefined;
  readonly ttftS: number | undefined;
  readonly latencyS: number | undefined;
  /** The text of the failure; empty when the request succeeded. */
  readonly error: string;
};

/** A result of `vllm bench serve`, or of the older `benchmark_serving.py`. */
export type BenchResult = {
  /** Local time at which the result was written. */
  readonly date: string;
  readonly model: string | undefined;
  readonly durationS: number;
  /** Requests per second; Infinity when all were sent at once. */
  readonly requestRate: number;
  readonly maxConcurrency: number;
  readonly completed: number;
  readonly failed: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly meanTtftS: number | undefined;
  readonly meanLatencyS: number | undefined;
  /** Empty without `--save-detailed`. */
  readonly requests: readonly BenchRequest[];
};

const MAX_TOKENS = 1e12;
const MAX_SECONDS = 1e9;

/**
 * Reads the fields that vLLM's `vllm/benchmarks/serve.py` writes, of present and past releases. A RowProblem names the
 * field that is missing or wrong.
 */
export function readBenchResult(value: unknown): BenchResult {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong("the result", "an object", value);
  const from = value as Readonly<Record<string, unknown>>;
  if (typeof from.date !== "string") throw wrong("date", 'a time such as "20250811-143015"', from.date);
  const requests = readRequests(from);
  const succeeded = requests.filter(({ error }) => error === "");
  return {
    date: from.date,
    model:
      typeof from.model_id === "string" && from.model_id !== "" ? from.model_id.slice(0, 256) : undefined,
    durationS: seconds(from.duration, "duration") ?? fail("duration", "seconds", from.duration),
    requestRate:
      typeof from.request_rate === "number" && from.request_rate > 0
        ? from.request_rate
        : Number.POSITIVE_INFINITY,
    maxConcurrency:
      typeof from.max_concurrency === "number" && from.max_concurrency >= 1
        ? from.max_concurrency
        : Number.POSITIVE_INFINITY,
    completed: tokens(
      from.completed ?? (requests.length > 0 ? succeeded.length : from.num_prompts),
      "completed",
    ),
    failed: tokens(from.failed ?? requests.length - succeeded.length, "failed"),
    inputTokens: tokens(from.total_input_tokens, "total_input_tokens"),
    outputTokens: tokens(from.total_output_tokens ?? 0, "total_output_tokens"),
    meanTtftS: milliseconds(from.mean_ttft_ms),
    meanLatencyS: milliseconds(from.mean_e2el_ms),
    requests,
  };
}

function readRequests(from: Readonly<Record<string, unknown>>): BenchRequest[] {
  const inputs = from.input_lens;
  if (inputs === undefined) return [];
  const list = (name: string): readonly unknown[] | undefined => {
    const values = from[name];
    if (values === undefined || values === null) return undefined;
    if (!Array.isArray(values)) throw wrong(name, "a list", values);
    // A server that does not stream leaves the lists of token times empty.
    if (values.length === 0) return undefined;
    if (values.length !== (inputs as unknown[]).length)
      throw wrong(name, `${(inputs as unknown[]).length} entries as in input_lens`, values.length);
    return values;
  };
  if (!Array.isArray(inputs)) throw wrong("input_lens", "a list", inputs);
  const lists = {
    outputs: list("output_lens"),
    starts: list("start_times"),
    ttfts: list("ttfts"),
    itls: list("itls"),
    latencies: list("latencies"),
    errors: list("errors"),
  };
  return inputs.map((input, at) => {
    const error = lists.errors?.[at];
    const ttftS = positive(seconds(lists.ttfts?.[at], `ttfts[${at}]`));
    const gapsS = sumOf(lists.itls?.[at], `itls[${at}]`);
    const wholeS = positive(seconds(lists.latencies?.[at], `latencies[${at}]`));
    return {
      inputTokens: tokens(input, `input_lens[${at}]`),
      outputTokens: tokens(lists.outputs?.[at] ?? 0, `output_lens[${at}]`),
      startS: seconds(lists.starts?.[at], `start_times[${at}]`),
      ttftS,
      latencyS: wholeS ?? (ttftS === undefined || gapsS === undefined ? undefined : ttftS + gapsS),
      error: typeof error === "string" ? error : "",
    };
  });
}

function sumOf(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrong(name, "a list of seconds", value);
  let sum = 0;
  for (const each of value) sum += seconds(each, name) ?? 0;
  return sum;
}

function tokens(value: unknown, name: string): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_TOKENS)
    return value as number;
  throw wrong(name, `a whole number from 0 to ${MAX_TOKENS}`, value);
}

/** Undefined for what is not there; Python's NaN was read as null. */
function seconds(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && value >= 0 && value <= MAX_SECONDS) return value;
  throw wrong(name, "seconds", value);
}

/** A request that failed, or was not streamed, has 0 as its time to first token. */
const positive = (value: number | undefined): number | undefined => (value === 0 ? undefined : value);

const milliseconds = (value: unknown): number | undefined =>
  typeof value === "number" && value > 0 ? value / 1000 : undefined;

function fail(name: string, expected: string, value: unknown): never {
  throw wrong(name, expected, value);
}

function wrong(name: string, expected: string, value: unknown): RowProblem {
  const got = value === undefined ? "nothing" : (JSON.stringify(value)?.slice(0, 60) ?? typeof value);
  return new RowProblem("event", `${name}: expected ${expected}, got ${got}`);
}
