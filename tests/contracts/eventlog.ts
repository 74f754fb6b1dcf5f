import { describe, test } from "bun:test";
import type { EventLog } from "../../src/eventlog/port.ts";
import { deliveryPromises } from "./eventlog/delivery.ts";
import { groupPromises } from "./eventlog/groups.ts";
import { handlerPromises } from "./eventlog/handlers.ts";
import { recordPromises } from "./eventlog/records.ts";
import type { Contract, LogBackend, Rig } from "./eventlog/rig.ts";
import { topicPromises } from "./eventlog/topics.ts";

export type ContractOptions = {
  /** Promises this adapter cannot keep, by their sentence, each with the reason. */
  readonly skips?: Readonly<Record<string, string>>;
};

/** Longer than the patience of its waits, so that the message names what was waited for. */
const TEST_MS = 60_000;

const promises: Contract = {
  ...recordPromises,
  ...deliveryPromises,
  ...handlerPromises,
  ...groupPromises,
  ...topicPromises,
};

/** Every EventLog must pass this; `open` gives a log of its own, or new names in a shared one, to each test. */
export function eventLogContract(
  name: string,
  open: () => Promise<LogBackend> | LogBackend,
  { skips = {} }: ContractOptions = {},
): void {
  const unknown = Object.keys(skips).filter((title) => !(title in promises));
  if (unknown.length > 0) throw new Error(`no such promise: ${unknown.join("; ")}`);
  describe(`${name} keeps the EventLog contract`, () => {
    for (const [title, check] of Object.entries(promises)) {
      const reason = skips[title];
      if (reason !== undefined) test.skip(`${title} (skipped: ${reason})`, () => {});
      else test(title, async () => withRig(await open(), check), TEST_MS);
    }
  });
}

async function withRig(backend: LogBackend, check: (rig: Rig) => Promise<void>): Promise<void> {
  const logs: EventLog[] = [];
  const connect = async () => {
    const log = await backend.connect();
    logs.push(log);
    return log;
  };
  const log = await connect();
  const rig: Rig = {
    log,
    connect,
    async reconnect() {
      await log.close();
      return connect();
    },
    async topic(partitions) {
      const topic = `topic-${crypto.randomUUID()}`;
      await log.ensureTopics([{ name: topic, partitions }]);
      return topic;
    },
    group: () => `group-${crypto.randomUUID()}`,
  };
  try {
    await check(rig);
  } finally {
    await Promise.allSettled(logs.map((one) => one.close()));
    await backend.remove();
  }
}
