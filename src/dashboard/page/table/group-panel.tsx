import type { Grouping, ReportGroup } from "../../../telemetry/report-model.ts";
import { FormulaView } from "../drawer/formula-view.tsx";
import { Panel } from "../drawer/panel.tsx";
import { type FigureFormulaId, figureFormulas } from "../figures/formulas.ts";
import { groupingNames } from "./columns.ts";

type GroupPanelProps = {
  readonly group: ReportGroup | undefined;
  readonly loaded: boolean;
  readonly by: Grouping;
};

/** Every figure of one group with its formula. */
export function GroupPanel({ group, loaded, by }: GroupPanelProps) {
  return (
    <Panel name="group" title={group ? `${groupingNames[by].one}: ${group.label}` : groupingNames[by].one}>
      {group ? (
        (Object.keys(figureFormulas) as FigureFormulaId[])
          .map((id) => ({ id, formula: figureFormulas[id](group) }))
          .filter(({ formula }) => formula.value !== null)
          .map(({ id, formula }) => <FormulaView key={id} formula={formula} heading={formula.title} />)
      ) : loaded ? (
        <p class="quiet">It has nothing in this range.</p>
      ) : (
        <span class="bone bone-block" />
      )}
    </Panel>
  );
}
