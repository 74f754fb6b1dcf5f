import { type Cell, useCell } from "../cell.ts";
import type { PlotSpec } from "./plot-options.ts";

/** The lines by name and colour, each with its value under the pointer, else with its latest. */
export function Legend({ spec, cursor }: { readonly spec: PlotSpec; readonly cursor: Cell<number | null> }) {
  const index = useCell(cursor);
  return (
    <ul class="legend">
      {spec.lines
        .filter(({ silent }) => !silent)
        .map(({ name, color, values, told, until, dash }) => {
          const shown = told ?? values;
          const at = index ?? shown.findLastIndex((value) => value !== null);
          const text = spec.format(shown[at] ?? null);
          return (
            <li key={name}>
              <span
                class={dash ? "swatch swatch-dash" : "swatch"}
                style={{ color: `var(${color})` }}
                aria-hidden="true"
              />
              {name} <b>{until ? `${text} – ${spec.format(until[at] ?? null)}` : text}</b>
            </li>
          );
        })}
    </ul>
  );
}
