import type { ProducerSettings } from "../../producer/config.ts";
import type { ProducerServiceSettings, ProducerSummary } from "../../producer/service.ts";
import type { SourceHealth } from "../../producer/source.ts";
import type { ErrorCopy } from "../../support/error-copy.ts";
import type { LogLevel } from "../../support/log.ts";
import type { Moves } from "../../support/meters/relay.ts";
import type { Topics } from "../../telemetry/topics.ts";

type HealthBySource = Readonly<Record<string, SourceHealth>>;

/** What the thread is told, in this order; `stop` at any time. Plain data only: a secret does not survive the way. */
export type Order =
  | {
      readonly kind: "open";
      readonly settings: ProducerSettings;
      readonly startMs: number;
      readonly host: string;
    }
  | {
      readonly kind: "run";
      readonly logPath: string;
      readonly checkpointsPath: string;
      readonly topics: Topics;
      readonly settings: ProducerServiceSettings;
    }
  | { readonly kind: "stop" };

/** What the thread tells. `failed` or `ended` is the last word. */
export type News =
  | { readonly kind: "reading"; readonly doneBytes: number; readonly totalBytes: number }
  | {
      readonly kind: "opened";
      readonly sources: readonly { readonly description: string; readonly notes: readonly string[] }[];
      readonly health: HealthBySource;
    }
  | { readonly kind: "state"; readonly health: HealthBySource; readonly moves: Moves }
  | {
      readonly kind: "said";
      readonly level: LogLevel;
      readonly message: string;
      /** As JSON. */
      readonly fields: string;
    }
  | { readonly kind: "ended"; readonly summary: ProducerSummary }
  | { readonly kind: "failed"; readonly error: ErrorCopy };
