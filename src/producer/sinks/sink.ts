import type { KafkaSettings } from "../../eventlog/kafka-config.ts";
import type { OutRecord, TopicSpec } from "../../eventlog/port.ts";
import type { Clock } from "../../support/clock.ts";
import type { Logger } from "../../support/log.ts";
import type { CheckpointStore } from "../checkpoints.ts";

/** Where a producer's records go. */
export interface Sink {
  /** Resolves when the records are safe there; an outage (`isOutage`) is worth another try. */
  append(records: OutRecord[]): Promise<void>;
  /** Where the run remembers what this sink acknowledged. */
  readonly checkpoints: CheckpointStore;
  /** For the start-up note, such as `the event log in .ca3/data`. */
  describe(): string;
  /** Resolves when it can be reached; absent where that is no question. */
  ping?(): Promise<void>;
  close(): Promise<void>;
}

/** What a sink may need; each takes its part. */
export type SinkContext = {
  readonly topics: readonly TopicSpec[];
  /** Writes a line to stdout, a line feed added. */
  readonly out: (line: string) => void;
  readonly logPath: string;
  /** Empty when the run need not survive a restart. */
  readonly checkpointsPath: string;
  /** As a person knows it. */
  readonly folderName: string;
  readonly kafka: KafkaSettings;
  readonly clock: Clock;
  readonly logger: Logger;
};
