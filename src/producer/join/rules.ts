import { globMatches } from "./glob.ts";

/** What a rule looks at; texts may hold `*`. A rule applies where all that it names match. */
export const ruleConditions = ["host", "gpu", "pod", "namespace", "container", "endpoint"] as const;
/** What a rule says about what it applies to. */
export const ruleFacts = ["team", "tenant", "project", "costCenter", "cluster"] as const;

/**
 * Ties GPUs and a model together and says who is charged. For GPUs `model` is the model that they serve; for tokens it
 * is a condition, because they bring their model.
 */
export type JoinRule = Readonly<
  Partial<Record<(typeof ruleConditions)[number] | "model" | (typeof ruleFacts)[number], string>>
>;

export type JoinedFacts = Readonly<Partial<Record<(typeof ruleFacts)[number], string>>>;

/** Where a GPU is seen. `gpu` is its UUID. */
export type GpuPlace = {
  readonly host: string;
  readonly gpu: string;
  readonly index: number;
  readonly endpoint?: string | undefined;
  readonly pod?: string | undefined;
  readonly namespace?: string | undefined;
  readonly container?: string | undefined;
};

export type TokenPlace = {
  readonly model: string;
  readonly host: string;
  readonly endpoint?: string | undefined;
  readonly pod?: string | undefined;
  readonly namespace?: string | undefined;
};

/** What the rules say about a GPU: of several that apply, the first one that says a thing counts. */
export function joinGpu(
  rules: readonly JoinRule[],
  place: GpuPlace,
): JoinedFacts & { readonly servedModel?: string } {
  const applying = rules.filter(
    (rule) => ruleConditions.some((name) => rule[name] !== undefined) && gpuMatches(rule, place),
  );
  const servedModel = applying.find((rule) => rule.model !== undefined && !rule.model.includes("*"))?.model;
  return { ...factsOf(applying), ...(servedModel === undefined ? {} : { servedModel }) };
}

/**
 * What the rules say about tokens. Where several rules for their model name hosts, those for the host of the tokens
 * come first: the same model may serve one team here and another one there.
 */
export function joinTokens(rules: readonly JoinRule[], place: TokenPlace): JoinedFacts {
  const applying = rules.filter((rule) => tokensMatch(rule, place));
  const here = applying.filter(({ host }) => host === undefined || globMatches(host, place.host));
  return factsOf(here.length > 0 ? here : applying);
}

function gpuMatches(rule: JoinRule, place: GpuPlace): boolean {
  return ruleConditions.every((name) => {
    const wanted = rule[name];
    if (wanted === undefined) return true;
    if (name === "gpu" && /^\d+$/.test(wanted)) return Number(wanted) === place.index;
    return place[name] !== undefined && globMatches(wanted, place[name]);
  });
}

/** Tokens know their model and endpoint, seldom their pod: what they do not know does not speak against a rule. */
function tokensMatch(rule: JoinRule, place: TokenPlace): boolean {
  const known = (["model", "endpoint", "pod", "namespace"] as const).filter(
    (name) => rule[name] !== undefined && place[name] !== undefined,
  );
  if (rule.endpoint !== undefined && place.endpoint === undefined) return false;
  return (
    known.some((name) => name !== "namespace") &&
    known.every((name) => globMatches(rule[name]!, place[name]!))
  );
}

function factsOf(rules: readonly JoinRule[]): JoinedFacts {
  const facts: { [name in (typeof ruleFacts)[number]]?: string } = {};
  for (const name of ruleFacts) {
    const value = rules.find((rule) => rule[name] !== undefined)?.[name];
    if (value !== undefined) facts[name] = value;
  }
  return facts;
}
