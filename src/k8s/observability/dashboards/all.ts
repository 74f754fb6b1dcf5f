import { costDashboard } from "./cost.ts";
import { healthDashboard } from "./health.ts";
import { objectivesDashboard } from "./objectives.ts";
import type { Dashboard } from "./panel.ts";
import { pipelineDashboard } from "./pipeline.ts";

/** Every dashboard that is deployed. */
export const dashboards: readonly Dashboard[] = [
  costDashboard,
  pipelineDashboard,
  healthDashboard,
  objectivesDashboard,
];
