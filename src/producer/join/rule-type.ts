import type { ValueType } from "../../support/setting-types.ts";
import { type JoinRule, ruleConditions, ruleFacts } from "./rules.ts";

const keys: readonly string[] = [...ruleConditions, "model", ...ruleFacts];

/**
 * Rules that join GPUs to models: in `ca3.yaml` a list of mappings, elsewhere text such as
 * `host=node-1 model=llama team=search; pod=vllm-* model=qwen`. A value with spaces stands in double quotes.
 */
export const joinRules: ValueType<readonly JoinRule[]> = {
  schema: {
    type: "array",
    items: {
      type: ["object", "string"],
      properties: Object.fromEntries(keys.map((key) => [key, { type: "string", minLength: 1 }])),
      additionalProperties: false,
    },
  },
  parse: (raw) => {
    const rules: JoinRule[] = [];
    for (const item of Array.isArray(raw) ? raw : [raw]) {
      for (const one of typeof item === "string" ? splitRules(item) : [item]) {
        const rule = typeof one === "string" ? readPairs(one) : one;
        const problem = ruleProblem(rule);
        if (problem !== undefined) return { problem };
        rules.push(Object.fromEntries(Object.entries(rule as object).map(([k, v]) => [k, String(v)])));
      }
    }
    return { value: rules };
  },
  print: (rules) => rules.map(printRule).join("; "),
};

const splitRules = (text: string): string[] =>
  (text.match(/(?:"[^"]*"|[^;"])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== "");

function readPairs(text: string): Record<string, string> | string {
  const pairs: [string, string][] = [];
  const pattern = /\s*([A-Za-z]+)=(?:"([^"]*)"|([^\s"]+))(?=\s|$)/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) return text;
    pairs.push([match[1]!, match[2] ?? match[3]!]);
  }
  return Object.fromEntries(pairs);
}

function ruleProblem(rule: unknown): string | undefined {
  if (typeof rule === "string") return `expected key=value pairs, such as host=node-1 model=llama`;
  if (typeof rule !== "object" || rule === null || Array.isArray(rule)) return "expected a list of rules";
  const entries = Object.entries(rule);
  const unknown = entries.find(([key]) => !keys.includes(key));
  if (unknown) return `unknown key ${unknown[0]} in a rule; known are ${keys.join(", ")}`;
  const wrong = entries.find(([, value]) => !/^[^,"\n]+$/.test(scalar(value)));
  if (wrong) return `${wrong[0]}: expected text without commas or quotes`;
  const conditions = entries.filter(([key]) => key === "model" || isCondition(key)).length;
  if (conditions === 0)
    return `a rule needs one of ${ruleConditions.join(", ")} or model to know what it is about`;
  return entries.length < 2
    ? "a rule says what something belongs to, so it needs at least two keys"
    : undefined;
}

const isCondition = (key: string): boolean => (ruleConditions as readonly string[]).includes(key);
const scalar = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

const printRule = (rule: JoinRule): string =>
  Object.entries(rule)
    .map(([key, value]) => `${key}=${/\s|;/.test(value) ? `"${value}"` : value}`)
    .join(" ");
