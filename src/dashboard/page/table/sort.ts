import type { ReportGroup } from "../../../telemetry/report-model.ts";
import type { Sort } from "../view/view.ts";
import { columns } from "./columns.ts";

/** The name column's id in the address. */
export const NAME_COLUMN = "name";

const byName = (a: ReportGroup, b: ReportGroup): number =>
  a.label.localeCompare(b.label, "en", { numeric: true });

/**
 * Groups in the order that was asked for; those without the number, or without a name, stand last either
 * way, equal ones by name.
 */
export function sortGroups(
  groups: readonly ReportGroup[],
  { column, descending }: Sort,
): readonly ReportGroup[] {
  const sign = descending ? -1 : 1;
  const value = columns.find(({ id }) => id === column)?.value;
  if (value === undefined)
    return [...groups].sort((a, b) => Number(a.key === "") - Number(b.key === "") || sign * byName(a, b));
  return [...groups].sort((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null) || byName(a, b);
    return sign * (one - other) || byName(a, b);
  });
}

/** What a click on a column's title asks for: the greatest first, then the other way round; names from A on. */
export const nextSort = (now: Sort, column: string): Sort =>
  now.column === column
    ? { column, descending: !now.descending }
    : { column, descending: column !== NAME_COLUMN };
