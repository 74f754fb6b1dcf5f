import type { ComponentChildren } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import { Badge } from "../cards/badge.tsx";
import type { Cell } from "../cell.ts";
import { createCell, useCell } from "../cell.ts";
import type { Problem } from "../data/client.ts";
import type { Provenance } from "../figures/quality.ts";
import { ErrorState } from "../shell/error-state.tsx";
import { Scrollable } from "../shell/scrollable.tsx";
import { Plot } from "./plot.tsx";
import type { PlotSpec } from "./plot-options.ts";
import { describeLines, tableRows } from "./summary.ts";

type ChartProps = {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** Undefined while it loads. */
  readonly spec: PlotSpec | undefined;
  readonly height: number;
  readonly provenance: Provenance;
  readonly problem?: Problem | undefined;
  readonly onRetry: () => void;
  readonly outdated: boolean;
  readonly children?: ComponentChildren;
};

/** A chart with its title, the values under the pointer, and the same as a table for those who cannot see it. */
export function Chart(props: ChartProps) {
  const { name, title, unit, spec, height, provenance, problem, onRetry, outdated, children } = props;
  const id = useId();
  const cursor = useMemo(() => createCell<number | null>(null), []);
  const empty =
    spec !== undefined && !spec.lines.some(({ values }) => values.some((value) => value !== null));
  return (
    <figure
      class={outdated ? "chart dimmed" : "chart"}
      data-chart={name}
      aria-labelledby={id}
      aria-busy={!spec || outdated}
    >
      <figcaption class="chart-head">
        <h3 id={id}>
          {title} <span class="chart-unit">{unit}</span>
        </h3>
        {children}
        <Badge of={provenance} />
      </figcaption>
      {spec ? <Legend spec={spec} cursor={cursor} /> : <p class="legend">&nbsp;</p>}
      <div class="chart-space" style={{ minHeight: `${height}px` }}>
        {spec && !empty ? (
          <Plot
            spec={spec}
            cursor={cursor}
            label={`${title}, ${unit}. ${describeLines(spec.frame, told(spec), spec.format)}`}
          />
        ) : spec ? (
          <p class="chart-empty">There is nothing to show in this time.</p>
        ) : problem ? (
          <ErrorState problem={problem} onRetry={onRetry} />
        ) : (
          <span class="bone bone-fill" />
        )}
      </div>
      <AsTable spec={spec} title={title} />
    </figure>
  );
}

const told = (spec: PlotSpec) =>
  spec.lines.map(({ name, values, told }) => ({ name, values: told ?? values }));

/** The lines by name and colour, each with its value under the pointer, else with its latest. */
function Legend({ spec, cursor }: { readonly spec: PlotSpec; readonly cursor: Cell<number | null> }) {
  const index = useCell(cursor);
  return (
    <ul class="legend">
      {spec.lines.map(({ name, color, values, told, dash }) => {
        const shown = told ?? values;
        const at = index ?? shown.findLastIndex((value) => value !== null);
        return (
          <li key={name}>
            <span
              class={dash ? "swatch swatch-dash" : "swatch"}
              style={{ color: `var(${color})` }}
              aria-hidden="true"
            />
            {name} <b>{spec.format(shown[at] ?? null)}</b>
          </li>
        );
      })}
    </ul>
  );
}

function AsTable({ spec, title }: { readonly spec: PlotSpec | undefined; readonly title: string }) {
  const [open, setOpen] = useState(false);
  const lines = spec && open ? told(spec) : [];
  return (
    <details class="as-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Data<span class="sr-only"> of {title} as a table</span>
      </summary>
      {spec && open ? (
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
      ) : null}
    </details>
  );
}
