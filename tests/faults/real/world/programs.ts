import { join } from "node:path";
import { processorSettings } from "../../../../src/processor/config.ts";
import { readSettings } from "../../../../src/support/settings.ts";
import type { Stage } from "./stage.ts";

/** Names that no other world on the same servers has. */
export type Names = {
  readonly topicGpu: string;
  readonly topicToken: string;
  readonly group: string;
  readonly database: string;
};

export const PARTITIONS = 3;
/** Of a session; who sleeps longer has lost its partitions. */
export const SESSION_MS = 3_000;

const root = join(import.meta.dir, "../../../..");
const skew = join(import.meta.dir, "skew.ts");
const fromSources = (...words: readonly string[]) => [process.execPath, "--preload", skew, ...words];

/** How processes are started: from the sources, or as the executable at a path. */
export type Program = {
  readonly executable?: string | undefined;
  /** Title of a mistake that every processor makes. */
  readonly mistake?: string | undefined;
};
const ca3 = ({ executable }: Program, ...words: readonly string[]) =>
  executable === undefined ? fromSources(join(root, "src/main.ts"), ...words) : [executable, ...words];

/** Times are short and batches small, so that much can happen in little time. */
export function sharedEnv(names: Names): Record<string, string> {
  return {
    TOPIC_METRIC: names.topicGpu,
    TOPIC_TOKEN: names.topicToken,
    CA3_PARTITIONS: String(PARTITIONS),
    CA3_GROUP: names.group,
    CA3_KAFKA_SESSION_TIMEOUT: `${SESSION_MS}ms`,
    CA3_MONGO_TIMEOUT: "3s",
    CA3_MONGO_QUERY_TIMEOUT: "5s",
    CA3_MAX_BATCH_RECORDS: "200",
    CA3_MAX_WRITE_RECORDS: "600",
    CA3_POISON_STOP_RATIO: "1",
    CA3_WATCH_INTERVAL: "1s",
    CA3_STOP_GRACE: "5s",
  };
}

/** What the processors decide by; the judge decides by the same. */
export const settingsOf = (names: Names) => readSettings(processorSettings, { env: sharedEnv(names) });

const brokersOf = (stage: Stage, slot: string) =>
  stage
    .logLinks(slot)
    .map(({ port }) => `127.0.0.1:${port}`)
    .join();

export const storeUrl = (port: number, { database }: Names): string =>
  `mongodb://127.0.0.1:${port}/${database}?directConnection=true`;

export function processorProgram(stage: Stage, names: Names, slot: string, program: Program) {
  const env = {
    ...sharedEnv(names),
    KAFKA_BOOTSTRAP: brokersOf(stage, slot),
    MONGO_URL: storeUrl(stage.storeLink(slot).port, names),
    ...{ HTTP_HOST: "127.0.0.1", HTTP_PORT: "0" },
    ...(program.mistake === undefined ? {} : { CA3_FAULT_MISTAKE: program.mistake }),
  };
  const bare = program.mistake !== undefined || process.env["CA3_FAULT_DEBUG"] !== undefined;
  const words = bare ? fromSources(join(import.meta.dir, "processor-child.ts")) : ca3(program, "processor");
  return { name: slot, words, env, opened: /Processor is starting\.(?:","url":"([^"]+)")?/ };
}

export type Load = {
  /** Names the events; two producers of the same host, seed and data folder send the same. */
  readonly host: string;
  readonly seed: number;
  readonly ratePerS: number;
  readonly folder: string;
};

export function producerProgram(stage: Stage, names: Names, slot: string, load: Load, program: Program) {
  const words = [
    ...["producer", "--to", "kafka", "--data", load.folder, "--source", "synthetic", "--hostname", load.host],
    ...[
      "--rate",
      String(load.ratePerS),
      "--seed",
      String(load.seed),
      "--gpus",
      "4",
      "--sample-interval",
      "1s",
    ],
  ];
  return {
    name: slot,
    words: ca3(program, ...words),
    env: { ...sharedEnv(names), KAFKA_BOOTSTRAP: brokersOf(stage, slot) },
    opened: /^to: /m,
  };
}
