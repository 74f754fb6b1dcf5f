import type { OutRecord } from "../../eventlog/port.ts";
import type { Producer, ProducerServiceSettings } from "../../producer/service.ts";
import type { EventSource } from "../../producer/source.ts";
import type { Clock } from "../../support/clock.ts";
import type { Logger } from "../../support/log.ts";
import type { Ca3Meters } from "../../telemetry/metric-catalogue.ts";
import type { Topics } from "../../telemetry/topics.ts";

/** The opened sources of a run; once connected, the producer that sends what they give into the log. */
export type Feed = {
  readonly sources: readonly Pick<EventSource, "describe" | "notes">[];
  /** It appends to the file of the log by a connection of its own; who reads must look what is new. */
  readonly appendsAside: boolean;
  connect(parts: FeedParts): Producer;
  /** Gives up what was opened, when nothing runs any more. Idempotent. */
  close(): void;
};

export type FeedParts = {
  readonly append: (records: readonly OutRecord[]) => Promise<void>;
  /** File of the embedded log that `append` appends to, when it is one. */
  readonly logPath: string;
  /** Where this run keeps how far each source is. */
  readonly checkpointsPath: string;
  readonly topics: Topics;
  readonly settings: ProducerServiceSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meters: Ca3Meters;
};
