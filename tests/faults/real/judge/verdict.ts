import { pipelineRules } from "../../../../src/processor/rules.ts";
import type { StoredEvent } from "../../../../src/store/port.ts";
import { deadLetterTopic } from "../../../../src/telemetry/topics.ts";
import { problems } from "../../sim/oracle.ts";
import type { Partition } from "../../sim/traffic.ts";
import { settingsOf } from "../world/programs.ts";
import { producerSlots } from "../world/stage.ts";
import { SUITE_SOURCE } from "../world/suite-events.ts";
import type { World } from "../world/world.ts";
import { readTopic } from "./read-log.ts";
import { promisedBy, sequenceProblems } from "./sequences.ts";

export type Verdict = {
  /** Everything that is wrong; nothing when all is well. */
  readonly problems: readonly string[];
  readonly records: number;
  readonly events: number;
  readonly deadLetters: number;
};

/**
 * Judges a world that has come to rest: by what the topics hold, which is what was acknowledged, and by what the sources
 * say to have sent.
 */
export async function judge(world: World): Promise<Verdict> {
  const { names, direct } = world;
  const kinds = [
    ["gpu", names.topicGpu],
    ["token", names.topicToken],
  ] as const;
  const partitions: Partition[] = [];
  for (const [topic, name] of kinds)
    for (const read of await readTopic(direct.log, name)) partitions.push({ topic, ...read });
  const letters = [];
  for (const [, name] of kinds)
    for (const { records } of await readTopic(direct.log, deadLetterTopic(name))) letters.push(...records);
  const events: StoredEvent[] = [];
  for await (const event of direct.store.scanEvents()) events.push(event);
  const promised = new Map([[SUITE_SOURCE, world.suite.sequence]]);
  for (const slot of producerSlots) {
    const { folder, host } = world.loadOf(slot);
    for (const [source, count] of promisedBy(folder, host)) promised.set(source, count);
  }
  return {
    problems: [
      ...(await problems(partitions, letters, direct.store, pipelineRules(settingsOf(names)).plan)),
      ...sequenceProblems(
        promised,
        events.map(({ event }) => event),
      ),
    ],
    records: partitions.reduce((sum, { records }) => sum + records.length, 0),
    events: events.length,
    deadLetters: letters.length,
  };
}
