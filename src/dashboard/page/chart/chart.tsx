import type { ComponentChildren } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import { Badge } from "../cards/badge.tsx";
import { createCell } from "../cell.ts";
import type { Problem } from "../data/client.ts";
import type { Provenance } from "../figures/quality.ts";
import { ErrorState } from "../shell/error-state.tsx";
import { DataTable } from "./data-table.tsx";
import { Legend } from "./legend.tsx";
import { Plot } from "./plot.tsx";
import type { PlotSpec } from "./plot-options.ts";
import { describeLines } from "./summary.ts";

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
export function Chart({
  name,
  title,
  unit,
  spec,
  height,
  provenance,
  outdated,
  children,
  ...state
}: ChartProps) {
  const id = useId();
  const cursor = useMemo(() => createCell<number | null>(null), []);
  const [tableOpen, setTableOpen] = useState(false);
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
      <div class="chart-sub">
        {spec ? <Legend spec={spec} cursor={cursor} /> : <p class="legend">&nbsp;</p>}
        <button
          type="button"
          class="data-toggle"
          aria-expanded={tableOpen}
          disabled={spec === undefined}
          onClick={() => setTableOpen(!tableOpen)}
        >
          Data<span class="sr-only"> of {title} as a table</span>
        </button>
      </div>
      <div class="chart-space" style={{ minHeight: `${height}px` }}>
        {spec && !empty ? (
          <Plot
            spec={spec}
            cursor={cursor}
            label={`${title}, ${unit}. ${describeLines(spec.frame, told(spec), spec.format)}`}
          />
        ) : spec ? (
          <p class="chart-empty">There is nothing to show in this time.</p>
        ) : state.problem ? (
          <ErrorState problem={state.problem} onRetry={state.onRetry} />
        ) : (
          <span class="bone bone-fill" />
        )}
      </div>
      {spec && tableOpen ? <DataTable spec={spec} title={title} lines={told(spec)} /> : null}
    </figure>
  );
}

/** The lines as people read them: those that stand for a span by both ends, and none twice. */
const told = (spec: PlotSpec) =>
  spec.lines
    .filter(({ silent }) => !silent)
    .flatMap(({ name, values, told, until }) =>
      until
        ? [
            { name: `${name}, from`, values },
            { name: `${name}, to`, values: until },
          ]
        : [{ name, values: told ?? values }],
    );
