import { type AlertNames, pipelineAlerts } from "./alerts.ts";
import type { RuleGroup } from "./rule.ts";
import { objectives } from "./slo/objectives.ts";
import { sloRules } from "./slo/rules.ts";

/** Every rule that Prometheus evaluates for us. */
export const ruleGroups = (names: AlertNames): RuleGroup[] => [
  ...objectives.flatMap(sloRules),
  { name: "ca3-pipeline", rules: pipelineAlerts(names) },
];
