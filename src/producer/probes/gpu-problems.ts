import type { ProbedGpu, ProbeProblem } from "../probe.ts";

/** A card without a price counts for nothing, so that is worth a word. */
export function priceProblems(gpus: readonly ProbedGpu[]): ProbeProblem[] {
  const unpriced = [
    ...new Set(gpus.filter(({ price }) => price.source === "unknown").map(({ model }) => model)),
  ];
  return unpriced.map((model) => ({
    severity: "warn",
    message: `no price is known for ${model}, so it costs nothing`,
    hint: `add --prices "${model}=2.50", or --price-per-hour 2.50`,
  }));
}

/** Cards by their models, such as `2 × NVIDIA L4 and 1 × NVIDIA A100`. */
export function countModels(models: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const model of models) counts.set(model, (counts.get(model) ?? 0) + 1);
  return [...counts].map(([model, count]) => `${count} × ${model}`).join(" and ") || "no GPU";
}
