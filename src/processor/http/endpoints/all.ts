import type { Endpoint } from "../endpoint.ts";
import { deadLetter, deadLetterCounts, deadLetters } from "./dead-letters.ts";
import { groups, report, reportAsCsv, totals } from "./figures.ts";
import { freshness } from "./freshness.ts";
import { gpuInfo, gpus } from "./gpus.ts";
import { series } from "./series.ts";
import { snapshot } from "./snapshot.ts";
import { status } from "./status.ts";

/** Every endpoint that answers a question about the telemetry; a longer path stands before the one it begins with. */
export const endpoints: readonly Endpoint[] = [
  totals,
  series,
  groups,
  report,
  reportAsCsv,
  gpus,
  gpuInfo,
  snapshot,
  freshness,
  deadLetters,
  deadLetterCounts,
  deadLetter,
  status,
];
