/** One line of a chart: a query and how its lines are called. */
export type Query = readonly [expr: string, legend: string];
export type Panel = {
  readonly title: string;
  readonly what: string;
  readonly unit: string;
  readonly queries: readonly Query[];
  /** A number instead of a chart; wide by a quarter instead of a half. */
  readonly stat?: true;
  readonly stacked?: true;
};
export type Dashboard = { readonly uid: string; readonly title: string; readonly [field: string]: unknown };

const WIDTH = 24;
const source = { type: "prometheus", uid: "$datasource" } as const;

/** A dashboard as Grafana reads it: fixed uid, not editable, panels in rows from left to right. */
export function dashboard(uid: string, title: string, panels: readonly Panel[]): Dashboard {
  let [x, y] = [0, 0];
  const placed = panels.map((panel, at) => {
    const [w, h] = panel.stat ? [6, 4] : [12, 8];
    if (x + w > WIDTH || (x > 0 && (panels[at - 1]?.stat ?? false) !== (panel.stat ?? false))) {
      x = 0;
      y += panels[at - 1]?.stat ? 4 : 8;
    }
    const gridPos = { x, y, w, h };
    x += w;
    return panelJson(panel, at + 1, gridPos);
  });
  return {
    ...{ uid, title, tags: ["ca3"], editable: false, schemaVersion: 42, version: 1, refresh: "30s" },
    ...{ timezone: "utc", time: { from: "now-3h", to: "now" }, graphTooltip: 1 },
    templating: {
      list: [{ name: "datasource", type: "datasource", query: "prometheus", label: "Data source", hide: 0 }],
    },
    panels: placed,
  };
}

const panelJson = ({ title, what, unit, queries, stat, stacked }: Panel, id: number, gridPos: unknown) => ({
  ...{ id, title, description: what, type: stat ? "stat" : "timeseries", gridPos, datasource: source },
  fieldConfig: {
    defaults: {
      unit,
      custom: stat ? {} : { fillOpacity: stacked ? 40 : 10, stacking: { mode: stacked ? "normal" : "none" } },
    },
    overrides: [],
  },
  options: stat
    ? { reduceOptions: { calcs: ["lastNotNull"] }, colorMode: "none" }
    : { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi" } },
  targets: queries.map(([expr, legendFormat], at) => ({
    ...{ refId: String.fromCharCode(65 + at), expr, legendFormat, datasource: source },
  })),
});
