import { describeRef } from "../../k8s/object.ts";
import { hasPods } from "../../k8s/readiness/pods-of.ts";
import type { StatusRow } from "../../k8s/status.ts";
import { renderTable } from "./table.ts";

export type StatusStyle = { readonly color: boolean; readonly columns: number; readonly all: boolean };

/** What is deployed, what is not ready first; a last line counts. */
export function statusText(cluster: string, rows: readonly StatusRow[], style: StatusStyle): string {
  if (rows.length === 0) return `cluster ${cluster} has nothing of ca3; ca3 deploy brings it there`;
  const shown = rows.filter(({ ref, state }) => style.all || state !== "ready" || hasPods(ref));
  const table = renderTable(
    [
      { title: "PART" },
      { title: "OBJECT" },
      { title: "STATE" },
      { title: "PODS", align: "right" },
      { title: "DETAIL" },
    ],
    shown.map(({ part, ref, state, replicas, detail }) => [part, describeRef(ref), state, replicas, detail]),
    { color: style.color },
  );
  const ready = rows.filter(({ state }) => state === "ready").length;
  return `${table}\n\ncluster ${cluster}: ${ready} of ${rows.length} objects are ready`;
}

/** The same for scripts. */
export const statusJson = (cluster: string, rows: readonly StatusRow[]): string =>
  JSON.stringify({
    ...{ version: 1, cluster, ready: rows.length > 0 && rows.every(({ state }) => state === "ready") },
    objects: rows.map(({ ref, ...rest }) => ({ ...ref, ...rest })),
  });
