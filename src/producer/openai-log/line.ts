import { estimateUsage } from "./estimate.ts";
import { isObject, type Json, textAt } from "./json.ts";
import { type LineTimes, timesOf } from "./times.ts";
import { type Usage, usageOf } from "./usage.ts";

/** One request as a line of a log tells it. */
export type LoggedRequest = {
  readonly id: string | undefined;
  /** Model that was asked for. */
  readonly model: string;
  /** Model that answered, when it is another one. */
  readonly servedModel: string | undefined;
  readonly usage: Usage;
  /** The line brings no usage, so tokens follow `ESTIMATE_RULE`. */
  readonly estimated: boolean;
  readonly times: LineTimes;
  readonly finishReason: string | undefined;
  readonly errorType: string | undefined;
  readonly operation: string | undefined;
  readonly tenant: string | undefined;
  readonly team: string | undefined;
  readonly project: string | undefined;
};

/** Where in a line it stands who is charged. */
export type LinePaths = {
  readonly tenant: readonly string[];
  readonly team: readonly string[];
  readonly project: readonly string[];
};

export type LineOutcome =
  | { readonly request: LoggedRequest }
  /** A part of a stream that is not its end; the end speaks for all. */
  | "part"
  | { readonly problem: string };

/**
 * Reads one line: a response of an OpenAI-compatible API by itself, or a record of a gateway with `response` and, when
 * wanted, `request` in it.
 */
export function readLine(text: string, paths: LinePaths): LineOutcome {
  const line = parse(text);
  if (!isObject(line)) return { problem: "not a JSON object" };
  const body = isObject(line["response"]) && line["usage"] === undefined ? line["response"] : line;
  const request = isObject(line["request"]) ? line["request"] : undefined;
  const outcome = usageOf(body);
  if (typeof outcome === "object" && "problem" in outcome) return outcome;
  if (isPart(body, outcome === "absent")) return "part";
  const answered = textAt(body, ["model"]);
  const model = textAt(request, ["model"]) ?? answered ?? textAt(line, ["model"]);
  if (model === undefined) return { problem: "no model" };
  const errorType = errorOf(body) ?? errorOf(line);
  return {
    request: {
      id: textAt(body, ["id"]) ?? textAt(line, ["request_id", "id", "x_request_id"]),
      model,
      servedModel: answered === model ? undefined : answered,
      usage: outcome === "absent" ? estimateUsage(body, request ?? line) : outcome.usage,
      estimated: outcome === "absent",
      times: timesOf(line, body),
      finishReason: finishReasonOf(body),
      errorType,
      operation: operations[textAt(body, ["object"]) ?? textAt(body, ["type"]) ?? ""],
      tenant: textAt(line, paths.tenant),
      team: textAt(line, paths.team),
      project: textAt(line, paths.project),
    },
  };
}

const operations: Readonly<Record<string, string>> = {
  "chat.completion": "chat",
  "chat.completion.chunk": "chat",
  text_completion: "text_completion",
  response: "chat",
  message: "chat",
  list: "embeddings",
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Only the last chunk of a stream has the final usage; an event of a stream says what it is by its type. */
function isPart(body: Json, withoutUsage: boolean): boolean {
  const kind = textAt(body, ["object"]) ?? textAt(body, ["type"]) ?? "";
  if (/^(message_|content_block_|response\.|ping$)/.test(kind)) return true;
  if (!kind.endsWith(".chunk")) return false;
  if (withoutUsage) return true;
  const choices = Array.isArray(body["choices"]) ? body["choices"] : [];
  return choices.length > 0 && choices.every((one) => !isObject(one) || !one["finish_reason"]);
}

function finishReasonOf(body: Json): string | undefined {
  const choices = body["choices"];
  const first = Array.isArray(choices) ? choices[0] : undefined;
  return (
    textAt(first, ["finish_reason"]) ?? textAt(body, ["stop_reason", "incomplete_details.reason", "status"])
  );
}

/** An `error` that is more than null; its type, code or name. */
function errorOf(body: Json): string | undefined {
  const { error } = body;
  if (typeof error === "string" && error !== "") return error.slice(0, 256);
  if (!isObject(error)) return undefined;
  return textAt(error, ["type", "code", "message"]) ?? "error";
}
