import { isObject, type Json } from "./json.ts";

/** Tokens of one request, in the meaning of token events: cached ones are part of the input. */
export type Usage = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly reasoning?: number;
};

export type UsageOutcome = { readonly usage: Usage } | "absent" | { readonly problem: string };

/** A request with more tokens than this is a mistake of the log. */
const MOST_TOKENS = 1e9;

/**
 * Reads the `usage` of a response. Chat completions, completions and embeddings count prompts with what came from a cache
 * in them, and so does the Responses API under other names; messages in the style of Anthropic count what was read from
 * and written to a cache beside `input_tokens`.
 */
export function usageOf(body: Json): UsageOutcome {
  const { usage } = body;
  if (!isObject(usage)) return "absent";
  const numbers = readNumbers(usage);
  if ("problem" in numbers) return numbers;
  const { prompt, completion, input, output, cacheRead, cacheWrite, total } = numbers;
  if (prompt === undefined && completion === undefined && input === undefined && output === undefined)
    return total === undefined || total === 0 ? "absent" : { problem: "usage has a total and no parts" };
  if (differ(prompt, input) || differ(completion, output))
    return { problem: "usage has prompt and input tokens, or completion and output tokens, that differ" };
  const beside =
    prompt === undefined &&
    numbers.cached === undefined &&
    (cacheRead !== undefined || cacheWrite !== undefined);
  const detailed = numbers.cached ?? cacheRead;
  const whole = (prompt ?? input ?? 0) + (beside ? (cacheRead ?? 0) + (cacheWrite ?? 0) : 0);
  const all: Usage = {
    input: whole,
    output: completion ?? output ?? 0,
    ...(detailed === undefined ? {} : { cacheRead: detailed }),
    ...(beside && cacheWrite !== undefined ? { cacheWrite } : {}),
    ...(numbers.reasoning === undefined ? {} : { reasoning: numbers.reasoning }),
  };
  return problemOf(all) ?? { usage: all };
}

function readNumbers(usage: Json) {
  const details = (name: string): Json => {
    const value = usage[name];
    return isObject(value) ? value : {};
  };
  const found = {
    prompt: usage["prompt_tokens"],
    completion: usage["completion_tokens"],
    input: usage["input_tokens"],
    output: usage["output_tokens"],
    total: usage["total_tokens"],
    cacheRead: usage["cache_read_input_tokens"],
    cacheWrite: usage["cache_creation_input_tokens"],
    cached:
      details("prompt_tokens_details")["cached_tokens"] ?? details("input_tokens_details")["cached_tokens"],
    reasoning:
      details("completion_tokens_details")["reasoning_tokens"] ??
      details("output_tokens_details")["reasoning_tokens"],
  };
  const numbers: { [name in keyof typeof found]?: number } = {};
  for (const [name, value] of Object.entries(found) as [keyof typeof found, unknown][]) {
    if (value === undefined || value === null) continue;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > MOST_TOKENS)
      return { problem: `usage has ${JSON.stringify(value)?.slice(0, 40)} tokens (${name})` };
    numbers[name] = value;
  }
  return numbers;
}

const differ = (one: number | undefined, other: number | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;

function problemOf({ input, output, cacheRead = 0, cacheWrite = 0, reasoning = 0 }: Usage) {
  if (cacheRead + cacheWrite > input)
    return { problem: `usage has more cached tokens than the ${input} of the input` };
  if (reasoning > output)
    return { problem: `usage has more reasoning tokens than the ${output} of the output` };
  return undefined;
}
