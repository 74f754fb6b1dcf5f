import { useDashboard } from "../dashboard.ts";
import type { FormulaId } from "../figures/formulas.ts";

export type FigureProps = {
  readonly formula: FormulaId;
  readonly text: string;
  readonly unit?: string;
  readonly big?: boolean;
};

/** A number that opens the formula it comes from. */
export function Figure({ formula, text, unit, big = false }: FigureProps) {
  const { go } = useDashboard();
  return (
    <button
      type="button"
      class={big ? "figure figure-big" : "figure"}
      data-formula={formula}
      aria-haspopup="dialog"
      title="Show how this is computed"
      onClick={() => go({ panel: { kind: "formula", id: formula } })}
    >
      <span class="figure-value">{text}</span>
      {unit ? <span class="figure-unit"> {unit}</span> : null}
      <span class="sr-only">, show formula</span>
    </button>
  );
}
