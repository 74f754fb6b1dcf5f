import { Scrollable } from "../shell/scrollable.tsx";
import type { PlotSpec } from "./plot-options.ts";
import { type Described, tableRows } from "./summary.ts";

type DataTableProps = {
  readonly spec: PlotSpec;
  readonly title: string;
  readonly lines: readonly Described[];
};

/** What a chart shows, as a table. */
export const DataTable = ({ spec, title, lines }: DataTableProps) => (
  <div class="as-table">
    <Scrollable label={`${title}, table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time (UTC)</th>
            {lines.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tableRows(spec.frame, lines, spec.format).map(({ time, cells }) => (
            <tr key={time}>
              <th scope="row">{time}</th>
              {cells.map((cell, at) => (
                <td key={lines[at]!.name}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  </div>
);
