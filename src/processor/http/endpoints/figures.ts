import Type from "typebox";
import type { Figures, ReportGroup } from "../../../telemetry/report-model.ts";
import { endpoint } from "../endpoint.ts";
import { askedRange, rangeParameters } from "../query/range.ts";
import { reportCsv } from "../report-csv.ts";
import {
  closed,
  figuresContext,
  figuresSchema,
  groupingSchema,
  groupSchema,
  reportSchema,
} from "../schemas/figures.ts";

const sortable = Object.entries(figuresSchema.properties)
  .filter(([, schema]) => !("items" in schema))
  .map(([name]) => name as keyof Figures);

export const totals = endpoint({
  path: "/api/v1/totals",
  summary: "Figures over a range, all telemetry when none is given",
  tag: "figures",
  query: Type.Object(rangeParameters, closed),
  response: Type.Object(
    { totals: figuresSchema, ...figuresContext },
    { ...closed, $id: "Totals", description: "Figures over a range" },
  ),
  answer: async (query, sources) => {
    const range = askedRange(query, sources.clock.now(), "all");
    const { totals, from, to, notes } = await sources.report(range, "model");
    return { totals, from, to, notes };
  },
});

export const groups = endpoint({
  path: "/api/v1/groups",
  summary: "Figures by model, GPU, host, team, tenant, hour, GPU model or source",
  tag: "figures",
  query: Type.Object(
    {
      ...rangeParameters,
      by: groupingSchema,
      sort: Type.Optional(
        Type.Enum(["key", ...sortable], { description: "Order of the groups; as in the report when absent" }),
      ),
      order: Type.Optional(Type.Enum(["asc", "desc"], { description: "desc when absent" })),
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 10_000, description: "Groups in the answer, 1000 when absent" }),
      ),
    },
    closed,
  ),
  response: Type.Object(
    {
      groups: Type.Array(groupSchema),
      groupedBy: groupingSchema,
      total: Type.Integer({ description: "Number of groups there are" }),
      ...figuresContext,
    },
    { ...closed, $id: "Groups" },
  ),
  answer: async (query, sources) => {
    const range = askedRange(query, sources.clock.now(), "all");
    const { groups, groupedBy, from, to, notes } = await sources.report(range, query.by);
    const sorted = query.sort ? sortGroups(groups, query.sort, query.order ?? "desc") : groups;
    return { groups: sorted.slice(0, query.limit ?? 1000), groupedBy, total: groups.length, from, to, notes };
  },
});

const reportParameters = Type.Object(
  {
    ...rangeParameters,
    by: Type.Optional({ ...groupingSchema, description: "What the groups are; model when absent" }),
  },
  closed,
);

export const report = endpoint({
  path: "/api/v1/report",
  summary: "The report of `ca3 report`: totals, and groups that sum up to them",
  tag: "figures",
  query: reportParameters,
  response: reportSchema,
  answer: ({ by = "model", ...query }, sources) =>
    sources.report(askedRange(query, sources.clock.now(), "all"), by),
});

export const reportAsCsv = endpoint({
  path: "/api/v1/report.csv",
  summary: "The same report for spreadsheets",
  tag: "figures",
  media: "text/csv",
  filename: "ca3-report.csv",
  query: reportParameters,
  response: Type.String({ description: "A header, a line per group, and a last line for the total" }),
  answer: async ({ by = "model", ...query }, sources) =>
    reportCsv(await sources.report(askedRange(query, sources.clock.now(), "all"), by)),
});

/** Groups without the figure stand last, whatever the order; equal ones in order of their keys. */
function sortGroups(
  groups: readonly ReportGroup[],
  by: keyof ReportGroup,
  order: "asc" | "desc",
): readonly ReportGroup[] {
  const sign = order === "asc" ? 1 : -1;
  return [...groups].sort((a, b) => {
    const [one, other] = [a[by], b[by]];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return (one < other ? -sign : one > other ? sign : 0) || (a.key < b.key ? -1 : 1);
  });
}
