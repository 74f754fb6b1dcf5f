import Type, { type Static } from "typebox";
import type { Figures, Report } from "../../../telemetry/report-model.ts";
import { groupings } from "../../../telemetry/report-model.ts";

export const closed = { additionalProperties: false } as const;
export const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const instant = (description: string) => Type.String({ format: "date-time", description });

const count = (description: string) => Type.Integer({ minimum: 0, description });
const money = (description: string) =>
  Type.Integer({ description: `${description}, millionths of a US dollar` });
const amount = (description: string) => Type.Number({ minimum: 0, description });
const perUnit = (description: string) => nullable(Type.Number({ minimum: 0, description }));

const figures = {
  requests: count("Requests"),
  inputTokens: count("Prompt tokens, cached ones included"),
  outputTokens: count("Generated tokens, reasoning included"),
  energyJoules: amount("Joules used by the GPUs"),
  allocationMicroUsd: money("Price × held time: the bill; used + idle"),
  idleMicroUsd: money("All idle cost: allocated but idle, plus unallocated"),
  usedMicroUsd: money("Price × busy time"),
  idleAllocatedMicroUsd: money("Idle while something ran on the GPU in that hour"),
  idleUnallocatedMicroUsd: money("Held while nothing ran on the GPU in that hour"),
  cacheReadTokens: count("Part of inputTokens that came from a cache"),
  cacheWriteTokens: count("Part of inputTokens that went to a cache"),
  reasoningTokens: count("Part of outputTokens"),
  errors: count("Failed requests"),
  gpuSeconds: amount("Seconds that GPUs were held"),
  busySeconds: amount("Seconds that GPUs were busy"),
  utilization: nullable(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: "Busy share of held time; null when no GPU was held",
    }),
  ),
  microUsdPerMillionTokens: perUnit("Allocation cost per million tokens; null without tokens"),
  microUsdPerMillionInputTokens: perUnit("Input share of the cost per million input tokens"),
  microUsdPerMillionOutputTokens: perUnit("Output share of the cost per million output tokens"),
  splitMethod: nullable(
    Type.Enum(["phase-time", "multiplier"], {
      description: "How input and output were told apart: by phase times, or 2.5 per output token",
    }),
  ),
  prefillSeconds: perUnit("Time in prefill, summed over requests; null unless the split is by phase-time"),
  decodeSeconds: perUnit("Time in decode, summed over requests; null unless the split is by phase-time"),
  joulesPerToken: perUnit("Energy per token; null without tokens"),
  tokensPerJoule: perUnit("Tokens per joule; null without energy"),
  meanLatencySeconds: perUnit("Mean end-to-end time per request; null when not known"),
  meanTtftSeconds: perUnit("Mean time to the first token; null when not known"),
  p50TtftSeconds: perUnit(
    "Median time to the first token, from counts in fixed buckets; null when not known",
  ),
  p95TtftSeconds: perUnit("95th percentile of it"),
  p99TtftSeconds: perUnit("99th percentile of it"),
  p50TpotSeconds: perUnit("Median time per output token after the first; null when not known"),
  p95TpotSeconds: perUnit("95th percentile of it"),
  p99TpotSeconds: perUnit("99th percentile of it"),
  p50LatencySeconds: perUnit("Median end-to-end time; null when not known"),
  p95LatencySeconds: perUnit("95th percentile of it"),
  p99LatencySeconds: perUnit("99th percentile of it"),
  sloRequests: count("Requests judged by the declared objective"),
  sloEstimatedRequests: count("Those of them judged from histograms"),
  goodRequests: count("Requests that succeeded and kept every limit of the objective"),
  sloMissedTtft: count("Requests that waited too long for the first token"),
  sloMissedTpot: count("Requests that took too long per further token"),
  sloMissedE2e: count("Requests that took too long in all"),
  microUsdPerGoodRequest: perUnit("Allocation cost of the judged requests per good one; null without one"),
  tokenQuality: Type.Array(Type.String(), {
    description: "Qualities of the token events behind the figures",
  }),
  gpuQuality: Type.Array(Type.String(), { description: "Qualities of the GPU events behind the figures" }),
};

export const figuresSchema = Type.Object(figures, {
  ...closed,
  $id: "Figures",
  description: "Figures that every view shares: the report, this API and the dashboard",
});

const group = {
  key: Type.String({ description: "Value of the grouping; empty for what belongs to no group" }),
  label: Type.String({ description: "The same for people" }),
};
export const groupSchema = Type.Object(
  { ...group, ...figures },
  { ...closed, $id: "Group", description: "Figures of one group" },
);

/** Times and notes that stand beside figures wherever they are shown. */
export const figuresContext = {
  from: nullable(instant("Oldest event behind the figures; null when there is none")),
  to: nullable(instant("Newest event behind the figures; null when there is none")),
  notes: Type.Array(Type.String(), { description: "Sentences that must accompany the figures" }),
};

export const groupingSchema = Type.Enum([...groupings], { description: "What the figures are grouped by" });

export const reportSchema = Type.Object(
  {
    totals: figuresSchema,
    groups: Type.Array(groupSchema),
    groupedBy: groupingSchema,
    ...figuresContext,
    version: Type.Literal(1, { description: "Version of this shape" }),
  },
  { ...closed, $id: "Report", description: "Totals and groups that sum up to them" },
);

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Plain<T> = T extends readonly (infer U)[]
  ? readonly Plain<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Plain<T[K]> }
    : T;
/** These fail to compile when the schemas and the model that all views share drift apart. */
export const sameFigures: Same<Plain<Static<typeof figuresSchema>>, Plain<Figures>> = true;
export const sameReport: Same<Plain<Static<typeof reportSchema>>, Plain<Report>> = true;
