import type { Figures } from "../../../telemetry/report-model.ts";
import type { Totals } from "../data/types.ts";
import type { Formula } from "../figures/formula.ts";
import { figureFormulas, isFigureFormula, isPaceFormula, paceFormulas } from "../figures/formulas.ts";
import { costOf } from "../figures/price-formulas.ts";
import type { Pace } from "../figures/rate-formulas.ts";
import { FormulaView } from "./formula-view.tsx";
import { Panel } from "./panel.tsx";

type FormulaPanelProps = {
  readonly id: string;
  readonly answer: Totals | undefined;
  readonly pace: Pace | undefined;
  readonly all: Figures | null | undefined;
};

/** The formula behind a number of the overview. */
export function FormulaPanel(props: FormulaPanelProps) {
  const formula = formulaOf(props);
  return (
    <Panel name="formula" title={formula?.title ?? "How this is computed"}>
      {formula ? (
        <FormulaView formula={formula} />
      ) : (
        <p>There is nothing in this range to compute it from.</p>
      )}
    </Panel>
  );
}

function formulaOf({ id, answer, pace, all }: FormulaPanelProps): Formula | undefined {
  if (id === "soFar") return all ? { ...costOf(all), title: "Cost so far, of all telemetry" } : undefined;
  if (isPaceFormula(id)) return pace && paceFormulas[id](pace);
  if (isFigureFormula(id)) return answer && figureFormulas[id](answer.totals);
  return undefined;
}
