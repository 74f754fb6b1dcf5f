import { objectives } from "../slo/objectives.ts";
import { errorRatio } from "../slo/rules.ts";
import { dashboard, type Panel } from "./panel.ts";

const panels: readonly Panel[] = [
  ...objectives.map(
    ({ name, title, target }): Panel => ({
      title: `${name}: ${(target * 100).toFixed(1)} %`,
      what: `${title}; the share of the last three days`,
      unit: "percentunit",
      stat: true,
      queries: [[`1 - ${errorRatio("3d")}{slo="${name}"}`, "good"]],
    }),
  ),
  {
    title: "Burn rate",
    what: "How many times too fast the budget is used up; at 1 it lasts exactly thirty days",
    unit: "short",
    queries: [["slo:current_burn_rate:ratio", "{{slo}}"]],
  },
  {
    title: "Bad share",
    what: "Share of bad events over five minutes",
    unit: "percentunit",
    queries: [[errorRatio("5m"), "{{slo}}"]],
  },
];

export const objectivesDashboard = dashboard("ca3-objectives", "ca3: objectives", panels);
