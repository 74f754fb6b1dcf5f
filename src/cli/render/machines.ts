import type { Change } from "../../provision/plan/change.ts";
import { marks } from "../../provision/plan/change.ts";
import type { NodeHealth } from "../../provision/plan/health.ts";
import { HOURS_PER_MONTH } from "../../provision/plan/prices.ts";
import { describeHolder, type Holder } from "../../provision/run/lock.ts";
import { formatDuration } from "../../support/format.ts";
import { renderTable } from "./table.ts";

/** A cluster on AWS as `ca3 status` looks at it. */
export type MachinesView = {
  readonly cluster: string;
  readonly region: string;
  readonly rows: readonly NodeHealth[];
  /** Who changes it now. */
  readonly lock: Holder | undefined;
  /** What differs from `ca3.yaml`. */
  readonly changes: readonly Change[];
  /** What is left of machines that are no more. */
  readonly left: readonly string[];
  /** Of everything that bears the cluster's tags. */
  readonly hourlyUsd: number;
  /** Why Kubernetes could not be asked. */
  readonly unreachable: string | undefined;
};

export const machinesFine = ({ rows, changes, left, unreachable }: MachinesView): boolean =>
  rows.length > 0 &&
  rows.every(({ fine }) => fine) &&
  changes.length + left.length === 0 &&
  unreachable === undefined;

/** A row for each node, then who works on it, what differs from the file, and what it costs. */
export function machinesText(view: MachinesView, style: { color: boolean; columns: number }): string {
  const columns = [
    ...["NODE", "MACHINE", "KUBERNETES", "VERSION", "TYPE"].map((title) => ({ title })),
    ...["AGE", "$/HOUR"].map((title) => ({ title, align: "right" as const })),
    { title: "NOTE" },
  ];
  const rows = view.rows.map((one) => [
    ...[one.name, one.machine, one.kubernetes, one.version, one.type],
    one.ageMs === undefined ? "" : formatDuration(one.ageMs),
    one.hourlyUsd === 0 ? "" : one.hourlyUsd.toFixed(4),
    one.notes.join("; "),
  ]);
  const month = (view.hourlyUsd * HOURS_PER_MONTH).toFixed(2);
  const fine = view.rows.filter((one) => one.fine).length;
  return [
    renderTable(columns, rows, { color: style.color }),
    "",
    ...(view.lock ? [`locked: ${describeHolder(view.lock)}; ca3 unlock if that run is gone`] : []),
    ...(view.unreachable === undefined ? [] : [`Kubernetes cannot be asked: ${view.unreachable}`]),
    ...view.left.map((thing) => `left behind: ${thing}`),
    ...(view.changes.length === 0
      ? []
      : [
          `differs from ca3.yaml: ${view.changes.map(({ action, name }) => `${marks[action]} ${name}`).join(", ")}; ca3 plan`,
        ]),
    `machines of ${view.cluster} in ${view.region}: ${fine} of ${view.rows.length} nodes are well, ` +
      `$${view.hourlyUsd.toFixed(4)} an hour, $${month} a month`,
  ].join("\n");
}

/** The same for scripts, as part of a larger document. */
export const machinesJson = (view: MachinesView): object => ({
  ...{ cluster: view.cluster, region: view.region, ready: machinesFine(view) },
  nodes: view.rows.map(({ ageMs, fine, ...row }) => ({
    ...row,
    ready: fine,
    ageSeconds: ageMs === undefined ? null : Math.round(ageMs / 1000),
  })),
  lock: view.lock ?? null,
  changes: view.changes,
  left: view.left,
  unreachable: view.unreachable ?? null,
  cost: { hourlyUsd: view.hourlyUsd, monthlyUsd: view.hourlyUsd * HOURS_PER_MONTH },
});
