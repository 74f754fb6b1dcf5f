import { isObject, type Json } from "./json.ts";
import type { Usage } from "./usage.ts";

/** The rule by which tokens of a response without usage are estimated, for whoever reads the numbers. */
export const ESTIMATE_RULE = "one token for four characters of text";
const CHARACTERS_PER_TOKEN = 4;

/**
 * Tokens of a request whose response brings no usage, as streams do unless they are asked for it: a rule of thumb for
 * English text. What is not in the log cannot be estimated and is left at 0; the event says that it is estimated.
 */
export function estimateUsage(body: Json, request: Json | undefined): Usage {
  const output = lengthOf(body["choices"]) + lengthOf(body["output"]) + lengthOf(body["content"]);
  const input = ["messages", "prompt", "input", "system", "instructions"].reduce(
    (sum, name) => sum + lengthOf(request?.[name]),
    0,
  );
  return { input: Math.ceil(input / CHARACTERS_PER_TOKEN), output: Math.ceil(output / CHARACTERS_PER_TOKEN) };
}

const TEXTS: ReadonlySet<string> = new Set([
  "text",
  "content",
  "arguments",
  "reasoning_content",
  "prompt",
  "refusal",
]);
const NODES: ReadonlySet<string> = new Set([
  "message",
  "delta",
  "tool_calls",
  "function",
  "parts",
  "summary",
]);

/** Characters of the texts in it; names, ids and roles are none. */
function lengthOf(node: unknown): number {
  if (typeof node === "string") return node.length;
  if (Array.isArray(node)) return node.reduce<number>((sum, one) => sum + lengthOf(one), 0);
  if (!isObject(node)) return 0;
  return Object.entries(node).reduce(
    (sum, [name, value]) => sum + (TEXTS.has(name) || NODES.has(name) ? lengthOf(value) : 0),
    0,
  );
}
