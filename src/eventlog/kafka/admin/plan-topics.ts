import { deadLetterTopic } from "../../../telemetry/topics.ts";
import type { TopicSpec } from "../../port.ts";
import type { NewTopic } from "../wire/topics.ts";
import { MAX_BYTES, MIN_IN_SYNC, RETENTION, TIMESTAMPS } from "./topic-configs.ts";

export type SeenTopic = { readonly partitions: number; readonly configs: ReadonlyMap<string, string> };
export type Placement = {
  readonly brokers: number;
  /** Copies that are asked for; by default three, or one per broker when there are fewer. */
  readonly replication?: number | undefined;
  readonly minInSync?: number | undefined;
};
export type TopicPlan = {
  readonly create: readonly NewTopic[];
  readonly grow: readonly { readonly name: string; readonly partitions: number }[];
  readonly alter: readonly { readonly name: string; readonly configs: Readonly<Record<string, string>> }[];
};

/** What brokers take by default; kept as the limit of our topics, so that what was taken fits the dead letters too. */
const DEFAULT_MAX_BYTES = 1_048_588;
/** Dead letters carry headers with reason and origin besides what the record had. */
const ROOM_FOR_HEADERS = 64 * 1024;

/** Pure: what is missing between the topics that are wanted and those that are there. Takes nothing away. */
export function planTopics(
  specs: readonly TopicSpec[],
  seen: ReadonlyMap<string, SeenTopic>,
  placement: Placement,
): TopicPlan {
  const create: NewTopic[] = [];
  const grow: { name: string; partitions: number }[] = [];
  const alter: { name: string; configs: Record<string, string> }[] = [];
  for (const spec of specs) {
    const { name, partitions } = spec;
    const wanted = wantedConfigs(spec, specs, seen);
    const there = seen.get(name);
    if (!there) {
      const { replication, minInSync } = copies(placement);
      create.push({
        ...{ name, partitions, replication },
        configs: { ...wanted, [MIN_IN_SYNC]: String(minInSync) },
      });
      continue;
    }
    if (there.partitions < partitions) grow.push({ name, partitions });
    const configs = Object.fromEntries(
      Object.entries(wanted).filter(([key, value]) => !holds(key, value, there.configs.get(key))),
    );
    if (Object.keys(configs).length > 0) alter.push({ name, configs });
  }
  return { create, grow, alter };
}

function wantedConfigs(
  { name, retentionMs }: TopicSpec,
  specs: readonly TopicSpec[],
  seen: ReadonlyMap<string, SeenTopic>,
): Record<string, string> {
  const source = specs.find((one) => deadLetterTopic(one.name) === name);
  const limit = Number((source && seen.get(source.name)?.configs.get(MAX_BYTES)) ?? DEFAULT_MAX_BYTES);
  return {
    [RETENTION]: String(retentionMs ?? -1),
    [TIMESTAMPS]: "LogAppendTime",
    ...(source ? { [MAX_BYTES]: String(limit + ROOM_FOR_HEADERS) } : {}),
  };
}

/** A larger record limit than ours is fine. */
const holds = (key: string, wanted: string, value: string | undefined): boolean =>
  key === MAX_BYTES ? Number(value ?? 0) >= Number(wanted) : value === wanted;

function copies({ brokers, replication, minInSync }: Placement) {
  const count = replication ?? Math.min(3, brokers);
  return { replication: count, minInSync: minInSync ?? (count >= 3 ? 2 : 1) };
}
