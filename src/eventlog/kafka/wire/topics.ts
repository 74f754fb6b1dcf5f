import type { Reader } from "./reader.ts";
import { type WireRequest, wireRequest } from "./requests.ts";

export type NewTopic = {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  readonly configs: Readonly<Record<string, string>>;
};
/** What became of one topic; the text is the broker's and may be missing. */
export type TopicOutcome = {
  readonly name: string;
  readonly errorCode: number;
  readonly detail: string | null;
};

const SERVER_TIMEOUT_MS = 10_000;

export const createTopicsRequest = (topics: readonly NewTopic[]): WireRequest<readonly TopicOutcome[]> =>
  wireRequest(
    { key: 19, version: 3, name: "CreateTopics", flexible: false },
    (writer) => {
      writer.array(topics, ({ name, partitions, replication, configs }) => {
        writer.string(name).int32(partitions).int16(replication);
        writer.array([], () => {}); // the brokers choose the places
        writer.array(Object.entries(configs), ([key, value]) => void writer.string(key).string(value));
      });
      writer.int32(SERVER_TIMEOUT_MS).boolean(false);
    },
    readOutcomes,
    SERVER_TIMEOUT_MS * 2,
  );

export const createPartitionsRequest = (
  topics: readonly { readonly name: string; readonly partitions: number }[],
): WireRequest<readonly TopicOutcome[]> =>
  wireRequest(
    { key: 37, version: 1, name: "CreatePartitions", flexible: false },
    (writer) => {
      writer.array(topics, ({ name, partitions }) => {
        writer.string(name).int32(partitions).int32(-1); // a null array: the brokers choose the places
      });
      writer.int32(SERVER_TIMEOUT_MS).boolean(false);
    },
    readOutcomes,
    SERVER_TIMEOUT_MS * 2,
  );

function readOutcomes(reader: Reader): readonly TopicOutcome[] {
  reader.int32(); // throttle time
  return reader.array(() => {
    const name = reader.string() ?? "";
    return { name, errorCode: reader.int16(), detail: reader.string() };
  });
}

const TOPIC = 2;
export type TopicConfigs = TopicOutcome & { readonly configs: ReadonlyMap<string, string> };

export const describeConfigsRequest = (
  topics: readonly string[],
  names: readonly string[],
): WireRequest<readonly TopicConfigs[]> =>
  wireRequest(
    { key: 32, version: 2, name: "DescribeConfigs", flexible: false },
    (writer) => {
      writer.array(topics, (topic) => {
        writer.int8(TOPIC).string(topic);
        writer.array(names, (name) => void writer.string(name));
      });
      writer.boolean(false);
    },
    (reader) => {
      reader.int32(); // throttle time
      return reader.array(() => {
        const [errorCode, detail] = [reader.int16(), reader.string()];
        reader.int8(); // kind of thing: always a topic
        const name = reader.string() ?? "";
        const configs = reader.array(() => {
          const entry = [reader.string() ?? "", reader.string() ?? ""] as const;
          reader.bytes(3); // read-only, source, sensitive
          reader.array(() => void [reader.string(), reader.string(), reader.int8()]); // synonyms
          return entry;
        });
        return { name, errorCode, detail, configs: new Map(configs) };
      });
    },
  );

const SET = 0;

/** Sets these configs of topics and leaves all others as they are. */
export const alterConfigsRequest = (
  topics: readonly { readonly name: string; readonly configs: Readonly<Record<string, string>> }[],
): WireRequest<readonly TopicOutcome[]> =>
  wireRequest(
    { key: 44, version: 0, name: "IncrementalAlterConfigs", flexible: false },
    (writer) => {
      writer.array(topics, ({ name, configs }) => {
        writer.int8(TOPIC).string(name);
        writer.array(Object.entries(configs), ([key, value]) => {
          writer.string(key).int8(SET).string(value);
        });
      });
      writer.boolean(false);
    },
    (reader) => {
      reader.int32(); // throttle time
      return reader.array(() => {
        const [errorCode, detail] = [reader.int16(), reader.string()];
        reader.int8(); // kind of thing
        return { name: reader.string() ?? "", errorCode, detail };
      });
    },
  );

export type PartitionSize = { readonly topic: string; readonly partition: number; readonly bytes: number };

/** Sizes of all partitions that one broker keeps, of every topic. */
export const logDirsRequest = (): WireRequest<readonly PartitionSize[]> =>
  wireRequest(
    { key: 35, version: 1, name: "DescribeLogDirs", flexible: false },
    (writer) => writer.int32(-1), // a null array: all topics
    (reader) => {
      reader.int32(); // throttle time
      const folders = reader.array(() => {
        reader.int16(); // an error shows as a folder without topics
        reader.string();
        const topics = reader.array(() => {
          const topic = reader.string() ?? "";
          return reader.array(() => {
            const size = { topic, partition: reader.int32(), bytes: reader.int64() };
            reader.int64(); // how far a copy that is being moved lags
            reader.boolean();
            return size;
          });
        });
        return topics.flat();
      });
      return folders.flat();
    },
  );
