import Type from "typebox";
import { DIMENSIONS, RESOLUTIONS_S } from "../../../telemetry/rollup.ts";
import { rangeParameters } from "../query/range.ts";
import { defaultSeriesMetrics, seriesMetricNames, seriesMetrics } from "../series/metrics.ts";
import { MAX_POINTS } from "../series/plan.ts";
import { closed, instant, nullable } from "./figures.ts";

const filter = (name: string) =>
  Type.Optional(
    Type.String({ maxLength: 256, description: `Only what has this ${name}; empty for what has none` }),
  );

const metricLines = seriesMetricNames.map(
  (name) => `${name} (${seriesMetrics[name].unit}): ${seriesMetrics[name].doc}`,
);

export const seriesQuery = Type.Object(
  {
    ...rangeParameters,
    metrics: Type.Optional(
      Type.Array(Type.Enum(seriesMetricNames), {
        minItems: 1,
        maxItems: seriesMetricNames.length,
        description: `Comma-separated; ${defaultSeriesMetrics.join(",")} when absent. ${metricLines.join(". ")}`,
      }),
    ),
    groupBy: Type.Optional(
      Type.Enum([...DIMENSIONS], { description: "One line per value of this dimension" }),
    ),
    resolution: Type.Optional(
      Type.Enum([...RESOLUTIONS_S], {
        description: `Seconds per point; chosen from the range when absent. At most ${MAX_POINTS} points`,
      }),
    ),
    points: Type.Optional(
      Type.Integer({
        minimum: 10,
        maximum: MAX_POINTS,
        description:
          "Points per line at most, for a chart of that many columns; steps get as wide as it takes",
      }),
    ),
    host: filter("host"),
    gpu: filter("GPU"),
    gpuModel: filter("GPU model"),
    model: filter("model"),
    team: filter("team"),
    tenant: filter("tenant"),
    quality: filter("quality"),
    source: filter("source"),
  },
  closed,
);

export const seriesSchema = Type.Object(
  {
    from: instant("Start of the first point"),
    to: instant("End of the last point"),
    resolutionSeconds: Type.Integer({ description: "Width of the rollups that were read" }),
    stepSeconds: Type.Integer({ description: "Width of a point" }),
    partialFrom: nullable(
      Type.Integer({
        description: "Points from this time on, Unix seconds, may still grow; null when none may",
      }),
    ),
    groupBy: nullable(Type.Enum([...DIMENSIONS])),
    metrics: Type.Array(
      Type.Object({ name: Type.Enum(seriesMetricNames), unit: Type.String(), doc: Type.String() }, closed),
    ),
    times: Type.Array(Type.Integer(), { description: "Start of each point, Unix seconds" }),
    series: Type.Array(
      Type.Object(
        {
          key: Type.String({ description: "Value of the dimension; empty for none" }),
          values: Type.Record(Type.String(), Type.Array(nullable(Type.Number())), {
            description: "By metric, one value per point; null where there is nothing to tell",
          }),
        },
        closed,
      ),
    ),
    notes: Type.Array(Type.String()),
  },
  { ...closed, $id: "Series", description: "Metrics over time, column by column" },
);
