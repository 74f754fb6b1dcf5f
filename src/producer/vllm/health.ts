import type { ServerPage } from "./page.ts";

/** What figures are made of that no model of the page tells, by the names of events. */
export function missingFields({ meanings }: ServerPage): readonly string[] {
  const counted = new Set<string>();
  for (const meaning of meanings.values()) counted.add(meaning.field);
  const lacks = (name: string, ...fields: readonly string[]) =>
    fields.some((field) => counted.has(field)) ? [] : [name];
  return [
    ...lacks("input_tokens", "prompt"),
    ...lacks("output_tokens", "generation"),
    ...lacks("cache_read_tokens", "cached"),
    ...lacks("requests", "requests"),
    ...lacks("ttft_counts", "ttft"),
    ...lacks("tpot_counts", "tpot", "itl"),
    ...lacks("e2e_counts", "e2e"),
  ];
}

export type VllmState = {
  /** The last page was another server's, so nothing was counted. */
  readonly other: boolean;
  readonly missing: readonly string[];
  /** Models whose requests another source counts, and which. */
  readonly logged: readonly (readonly [model: string, source: string])[];
};

/** What people should know about the numbers of a server, in sentences. */
export function remarksOn({ other, missing, logged }: VllmState): readonly string[] {
  const tokens = missing.filter((field) => field === "input_tokens" || field === "output_tokens");
  return [
    ...(other
      ? [
          "its counters are those of another server than before (a load balancer?), so they were not counted; give the URL of each server",
        ]
      : []),
    ...(tokens.length === 0 ? [] : [`the page has no counter for ${tokens.join(" and ")}`]),
    ...logged.map(([model, source]) => `${model} is counted request by request from ${source}`),
  ];
}
