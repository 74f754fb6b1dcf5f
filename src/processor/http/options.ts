import type { PartitionLag } from "../../eventlog/port.ts";
import type { ServerSettings } from "../../http/config.ts";
import type { OperationsOptions } from "../../http/operations.ts";
import type { TelemetryStore } from "../../store/port.ts";
import type { Logger } from "../../support/log.ts";
import type { Topics } from "../../telemetry/topics.ts";
import type { Counts } from "../pipeline.ts";

/** What the API reads; it never writes. */
export type ReadableStore = Pick<
  TelemetryStore,
  "queryRollups" | "latest" | "freshness" | "listDeadLetters" | "getDeadLetter" | "countDeadLetters"
>;

/** The state of a source as its producer sees it. */
export type SourceState = { readonly ok: boolean; readonly detail: string; readonly lastSuccessMs?: number };

export type AppOptions = OperationsOptions & {
  readonly store: ReadableStore;
  /** How far the processor is behind, per partition. */
  readonly lag: () => Promise<readonly PartitionLag[]>;
  readonly settings: ServerSettings;
  readonly topics?: Topics;
  /** Sources that run in this process, by name. */
  readonly sources?: () => Readonly<Record<string, SourceState>>;
  /** What the processor of this process has done since it started. */
  readonly counts?: () => Counts;
  /** Answers what no route of the API does, such as the dashboard; undefined means that nothing is there. */
  readonly page?: (request: Request) => Response | undefined | Promise<Response | undefined>;
  /** For how long an answer is given again to who asks the same, ms; a second when absent. */
  readonly answerTtlMs?: number;
  /** Hears of failures that are bugs. */
  readonly logger?: Logger;
};
