import { type AlertRule, type RecordingRule, type RuleGroup, runbook, type Severity } from "../rule.ts";
import type { Objective } from "./objectives.ts";

/**
 * Burn rates that are alerted on, over a budget of thirty days: two percent of it gone in an hour, five in six hours, ten
 * in three days. The short window, a twelfth of the long one, ends the alert soon after the trouble has ended.
 * Google, The Site Reliability Workbook, chapter 5.
 */
const burns: readonly {
  readonly rate: number;
  readonly long: string;
  readonly short: string;
  readonly severity: Severity;
}[] = [
  { rate: 14.4, long: "1h", short: "5m", severity: "page" },
  { rate: 6, long: "6h", short: "30m", severity: "page" },
  { rate: 1, long: "3d", short: "6h", severity: "ticket" },
];

const windows = [...new Set(burns.flatMap(({ long, short }) => [short, long]))];
const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };
const secondsOf = (window: string): number => Number.parseInt(window, 10) * SECONDS[window.at(-1)!]!;

/** Name of the recorded share of bad events over a window. */
export const errorRatio = (window: string): string => `slo:sli_error:ratio_rate${window}`;

/** Recording rules and alerts of one objective. */
export function sloRules(objective: Objective): RuleGroup[] {
  const { name, target } = objective;
  const labels = { slo: name };
  const ratios = windows.map((window): RecordingRule => {
    const expr = `(${objective.bad(window)}) / (${objective.total(window)} > 0)`;
    return { record: errorRatio(window), expr, labels };
  });
  return [
    { name: `ca3-slo-${name}-sli`, rules: ratios },
    {
      name: `ca3-slo-${name}-meta`,
      rules: [
        { record: "slo:objective:ratio", expr: `vector(${target})`, labels },
        { record: "slo:error_budget:ratio", expr: `vector(${budgetOf(objective)})`, labels },
        {
          record: "slo:current_burn_rate:ratio",
          expr: `${errorRatio("1h")}{slo="${name}"} / ${budgetOf(objective)}`,
          labels,
        },
      ],
    },
    { name: `ca3-slo-${name}-alerts`, rules: burns.map((burn) => burnAlert(objective, burn)) },
  ];
}

/** The share that may be bad, without the noise of binary fractions. */
const budgetOf = ({ target }: Objective): number => Number((1 - target).toFixed(6));

function burnAlert(objective: Objective, { rate, long, short, severity }: (typeof burns)[number]): AlertRule {
  const { name, title, atLeast } = objective;
  const limit = Number((rate * budgetOf(objective)).toFixed(6));
  const over = (window: string) => `${errorRatio(window)}{slo="${name}"} > ${limit}`;
  const enough = `(${objective.total(long)}) * ${secondsOf(long)} > ${atLeast}`;
  const alert = `Ca3${name[0]!.toUpperCase()}${name.slice(1)}Burn`;
  return {
    alert,
    expr: `(${over(long)} and ${over(short)}) and on() (${enough})`,
    labels: { severity, slo: name, burn: String(rate), window: long },
    annotations: {
      summary: `The budget of the objective ${name} is used up ${rate} times too fast`,
      description: `${title}: {{ $value | humanizePercentage }} did not, over ${long}; ${(objective.target * 100).toFixed(1)} % has to.`,
      runbook: runbook(alert),
    },
  };
}
