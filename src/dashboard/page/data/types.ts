import type { Static } from "typebox";
import type {
  deadLetterCountsSchema,
  deadLettersSchema,
  fullDeadLetterSchema,
} from "../../../processor/http/schemas/dead-letters.ts";
import type { gpusSchema } from "../../../processor/http/schemas/gpus.ts";
import type { snapshotSchema, statusSchema } from "../../../processor/http/schemas/operations.ts";
import type { seriesSchema } from "../../../processor/http/schemas/series.ts";
import type { Figures, Grouping, ReportGroup } from "../../../telemetry/report-model.ts";

/** Answers of the API. The types come from the schemas that the server answers by, so the two cannot drift apart. */
export type Snapshot = Static<typeof snapshotSchema>;
export type Rates = NonNullable<Snapshot["rates"]>;
export type Status = Static<typeof statusSchema>;
export type Series = Static<typeof seriesSchema>;
export type SeriesLine = Series["series"][number];
export type Gpu = Static<typeof gpusSchema>["gpus"][number];
export type DeadLetters = Static<typeof deadLettersSchema>;
export type DeadLetterCounts = Static<typeof deadLetterCountsSchema>;
export type FullDeadLetter = Static<typeof fullDeadLetterSchema>;

type Context = {
  readonly from: string | null;
  readonly to: string | null;
  readonly notes: readonly string[];
};
export type Totals = Context & { readonly totals: Figures };
export type Groups = Context & {
  readonly groups: readonly ReportGroup[];
  readonly groupedBy: Grouping;
  /** Number of groups there are; the answer may hold fewer. */
  readonly total: number;
};
