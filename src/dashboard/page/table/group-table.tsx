import { useState } from "preact/hooks";
import { formatCount } from "../../../support/format.ts";
import type { Figures, Grouping, ReportGroup } from "../../../telemetry/report-model.ts";
import { Badge } from "../cards/badge.tsx";
import { useCell } from "../cell.ts";
import { useDashboard } from "../dashboard.ts";
import { Scrollable } from "../shell/scrollable.tsx";
import type { View } from "../view/view.ts";
import { type Column, greatestOf, groupingNames, usedColumns } from "./columns.ts";
import { NAME_COLUMN, nextSort } from "./sort.ts";

/** Rows shown at first; more would make a page of nothing but table. */
const FIRST_ROWS = 25;

type GroupTableProps = {
  readonly groups: readonly ReportGroup[];
  readonly by: Grouping;
  readonly total: number;
  readonly totals: Figures | undefined;
};

/** Groups and their figures. A title sorts; the name of a group opens its formulas. */
export function GroupTable({ groups, by, total, totals }: GroupTableProps) {
  const { go } = useDashboard();
  const [all, setAll] = useState(false);
  const columns = usedColumns(groups);
  const like = greatestOf(columns, totals ? [totals, ...groups] : groups);
  const shown = all ? groups : groups.slice(0, FIRST_ROWS);
  if (groups.length === 0) return <p class="table-empty">There is nothing in this range to group.</p>;
  return (
    <>
      <Scrollable label={`Figures by ${groupingNames[by].one.toLowerCase()}`}>
        <table class="groups">
          <thead>
            <tr>
              <SortTitle column={NAME_COLUMN} title={groupingNames[by].one} />
              {columns.map(({ id, title }) => (
                <SortTitle key={id} column={id} title={title} />
              ))}
              <th scope="col">Quality</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((group) => (
              <tr key={group.key} onClick={() => go({ panel: { kind: "group", key: group.key } })}>
                <th scope="row">
                  <button type="button" class="link" aria-haspopup="dialog">
                    {group.label}
                  </button>
                </th>
                <Cells figures={group} columns={columns} like={like} />
              </tr>
            ))}
          </tbody>
          {totals ? (
            <tfoot>
              <tr>
                <th scope="row">Total</th>
                <Cells figures={totals} columns={columns} like={like} />
              </tr>
            </tfoot>
          ) : null}
        </table>
      </Scrollable>
      {shown.length < groups.length ? (
        <button type="button" class="button table-more" onClick={() => setAll(true)}>
          Show all {formatCount(groups.length)}
        </button>
      ) : null}
      {groups.length < total ? (
        <p class="quiet">
          The first {formatCount(groups.length)} of {formatCount(total)}; <code>ca3 report</code> prints all.
        </p>
      ) : null}
    </>
  );
}

type CellsProps = {
  readonly figures: Figures;
  readonly columns: readonly Column[];
  readonly like: ReadonlyMap<string, number | null>;
};

const Cells = ({ figures, columns, like }: CellsProps) => (
  <>
    {columns.map(({ id, value, text }) => (
      <td key={id} data-column={id}>
        {text(value(figures), like.get(id) ?? null)}
      </td>
    ))}
    <td>
      <Badge of={{ tokens: figures.tokenQuality, gpus: figures.gpuQuality }} />
    </td>
  </>
);

function SortTitle({ column, title }: { readonly column: string; readonly title: string }) {
  const { view, go } = useDashboard();
  const { sort } = useCell<View>(view);
  const active = sort.column === column;
  return (
    <th scope="col" aria-sort={active ? (sort.descending ? "descending" : "ascending") : "none"}>
      <button
        type="button"
        class="sort"
        data-sort={column}
        onClick={() => go({ sort: nextSort(sort, column) })}
      >
        {title}
        <span class="sort-mark" aria-hidden="true">
          {active ? (sort.descending ? "↓" : "↑") : ""}
        </span>
      </button>
    </th>
  );
}
