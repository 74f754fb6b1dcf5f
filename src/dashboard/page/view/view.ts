import { type Grouping, groupings } from "../../../telemetry/report-model.ts";
import { type Range, type Span, spans } from "./range.ts";

export const heatMetrics = ["utilization", "memory", "power"] as const;
export type HeatMetric = (typeof heatMetrics)[number];

export type Sort = { readonly column: string; readonly descending: boolean };

/** What lies over the page. */
export type Panel =
  | { readonly kind: "formula"; readonly id: string; readonly group?: string }
  | { readonly kind: "group"; readonly key: string }
  | { readonly kind: "dead-letters" }
  | { readonly kind: "dead-letter"; readonly id: string }
  | { readonly kind: "gpu"; readonly uuid: string }
  | { readonly kind: "sources" };

/** Everything that decides what is shown; the address bar holds it, so that a view can be shared and gone back to. */
export type View = {
  readonly range: Range;
  readonly by: Grouping;
  readonly sort: Sort;
  /** When the view stands still: the time at which it was stopped. */
  readonly stoppedMs?: number;
  /** Tokens over time by direction, or by the values of the grouping. */
  readonly split: "direction" | "group";
  readonly heat: HeatMetric;
  readonly panel?: Panel;
};

export const defaultView: View = {
  range: { kind: "live" },
  by: "model",
  sort: { column: "cost", descending: true },
  split: "direction",
  heat: "utilization",
};

/** Reads a query string; what cannot be read is as if it were not there. */
export function parseView(search: string): View {
  const query = new URLSearchParams(search);
  const by = groupings.find((one) => one === query.get("by"));
  const heat = heatMetrics.find((one) => one === query.get("heat"));
  const sort = /^(-?)([A-Za-z]{1,40})$/.exec(query.get("sort") ?? "");
  const stoppedMs = parseTime(query.get("paused"));
  const panel = parsePanel(query.get("show"), query.get("group"));
  return {
    range: parseRange(query),
    by: by ?? defaultView.by,
    sort: sort ? { column: sort[2]!, descending: sort[1] === "-" } : defaultView.sort,
    split: query.get("split") === "group" ? "group" : defaultView.split,
    heat: heat ?? defaultView.heat,
    ...(stoppedMs === undefined ? {} : { stoppedMs }),
    ...(panel ? { panel } : {}),
  };
}

/** The query string of a view, empty for the default one; `parseView` gives the same view back. */
export function formatView(view: View): string {
  const { range, sort, panel } = view;
  const query = new URLSearchParams();
  if (range.kind === "custom") {
    query.set("from", formatTime(range.fromMs));
    query.set("to", formatTime(range.toMs));
  } else if (range.kind !== "live") query.set("range", range.kind === "last" ? range.span : "all");
  if (view.stoppedMs !== undefined) query.set("paused", formatTime(view.stoppedMs));
  if (view.by !== defaultView.by) query.set("by", view.by);
  const order = `${sort.descending ? "-" : ""}${sort.column}`;
  if (order !== "-cost") query.set("sort", order);
  if (view.split !== defaultView.split) query.set("split", view.split);
  if (view.heat !== defaultView.heat) query.set("heat", view.heat);
  if (panel) query.set("show", formatPanel(panel));
  if (panel?.kind === "formula" && panel.group !== undefined) query.set("group", panel.group);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

function parseRange(query: URLSearchParams): Range {
  const fromMs = parseTime(query.get("from"));
  const toMs = parseTime(query.get("to"));
  if (fromMs !== undefined && toMs !== undefined && fromMs < toMs) return { kind: "custom", fromMs, toMs };
  const name = query.get("range");
  if (name === "all") return { kind: "all" };
  return name !== null && Object.hasOwn(spans, name)
    ? { kind: "last", span: name as Span }
    : { kind: "live" };
}

const formatTime = (ms: number): string => new Date(ms).toISOString().replace(/\.000Z$/, "Z");

function parseTime(text: string | null): number | undefined {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

const argument = (panel: Panel): string | undefined =>
  panel.kind === "formula" || panel.kind === "dead-letter"
    ? panel.id
    : panel.kind === "group"
      ? panel.key
      : panel.kind === "gpu"
        ? panel.uuid
        : undefined;

function formatPanel(panel: Panel): string {
  const value = argument(panel);
  return value === undefined ? panel.kind : `${panel.kind}:${value}`;
}

function parsePanel(show: string | null, group: string | null): Panel | undefined {
  const [, kind, , value = ""] = /^([a-z-]+)(:(.*))?$/s.exec(show ?? "") ?? [];
  if (kind === "dead-letters" || kind === "sources") return { kind };
  if (kind === "group") return { kind, key: value };
  if (value === "") return undefined;
  if (kind === "formula") return { kind, id: value, ...(group === null ? {} : { group }) };
  if (kind === "dead-letter") return { kind, id: value };
  return kind === "gpu" ? { kind, uuid: value } : undefined;
}
