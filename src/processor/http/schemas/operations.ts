import Type from "typebox";
import { eventKinds } from "../../../telemetry/topics.ts";
import { closed, figuresSchema, instant, nullable } from "./figures.ts";

const count = (description: string) => Type.Integer({ minimum: 0, description });
const seconds = (description: string) => Type.Number({ minimum: 0, description });
const rate = (description: string) => Type.Number({ minimum: 0, description });

export const readinessSchema = Type.Object(
  {
    ready: Type.Boolean({ description: "Whether the service can do its work now" }),
    checks: Type.Array(
      Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.String() }, closed),
      { description: "Each condition, and why it holds or not" },
    ),
  },
  { ...closed, $id: "Readiness" },
);

export const lagSchema = Type.Object(
  { records: count("Records not yet processed"), seconds: seconds("Age of the oldest of them") },
  { ...closed, $id: "Lag" },
);

const freshness = {
  kind: Type.Enum([...eventKinds]),
  topic: Type.String({ description: "Topic the events come from" }),
  newest: nullable(instant("Time of the newest stored event; null when there is none")),
  oldest: nullable(instant("Time of the oldest stored event")),
  events: count("Events stored since the beginning"),
  lag: nullable(lagSchema),
};
export const freshnessSchema = Type.Object(
  {
    kinds: Type.Array(
      Type.Object({ ...freshness, ageSeconds: nullable(seconds("Age of the newest event")) }, closed),
    ),
  },
  { ...closed, $id: "Freshness" },
);

export const ratesSchema = Type.Object(
  {
    asOf: instant("End of the window"),
    windowSeconds: Type.Integer({ description: "Length of the window" }),
    inputTokensPerSecond: rate("Prompt tokens per second"),
    outputTokensPerSecond: rate("Generated tokens per second"),
    requestsPerSecond: rate("Requests per second"),
    usedMicroUsdPerHour: rate("Cost rate of busy GPU time, millionths of a US dollar"),
    idleMicroUsdPerHour: rate("Cost rate of idle GPU time, millionths of a US dollar"),
    powerWatts: rate("Power of all GPUs together"),
    gpus: rate("Mean number of GPUs held"),
  },
  { ...closed, $id: "Rates", description: "What happens now, over the last whole minute" },
);

const counts = Type.Object(
  {
    consumed: count("Records received"),
    stored: count("Events stored"),
    duplicates: count("Events that were there already"),
    deadLettered: count("Records set aside"),
  },
  { ...closed, $id: "Counts", description: "What this process has done since it started" },
);

export const snapshotSchema = Type.Object(
  {
    ready: Type.Boolean(),
    checks: readinessSchema.properties.checks,
    totals: nullable(figuresSchema),
    rates: nullable(ratesSchema),
    notes: Type.Array(Type.String(), { description: "Sentences that must accompany the figures" }),
    freshness: Type.Array(Type.Object(freshness, closed)),
    lag: nullable(lagSchema),
    openDeadLetters: nullable(count("Dead letters nobody has dealt with")),
    counts: nullable(counts),
    problem: nullable(Type.String({ description: "Why figures are missing; null when they are all there" })),
  },
  { ...closed, $id: "Snapshot", description: "The state of the whole pipeline; the data of a `tick` event" },
);

const sourceSchema = Type.Object(
  {
    name: Type.String(),
    ok: Type.Boolean(),
    detail: Type.String(),
    lastSuccess: nullable(instant("When it last gave something")),
  },
  closed,
);

export const statusSchema = Type.Object(
  {
    version: Type.String(),
    commit: Type.String(),
    tokenRequired: Type.Boolean({ description: "Whether this API asks for a token" }),
    ready: Type.Boolean(),
    checks: readinessSchema.properties.checks,
    sources: Type.Array(sourceSchema, { description: "Sources that run in this process" }),
    counts: nullable(counts),
    quality: Type.Object(
      { token: Type.Array(Type.String()), gpu: Type.Array(Type.String()) },
      { ...closed, description: "Qualities of all events behind the figures" },
    ),
    notes: Type.Array(Type.String(), { description: "Sentences that must accompany the figures" }),
    problem: nullable(Type.String({ description: "Why the quality is not known; null when it is" })),
  },
  { ...closed, $id: "Status" },
);
