import { expect, test } from "bun:test";
import { join } from "node:path";
import { openKafkaLog } from "../../../src/eventlog/kafka.ts";
import { until } from "../../helpers/until.ts";
import type { SomeKafka } from "../../services/kafka.ts";
import { kafkaEnv, openQuick } from "../open.ts";

function startReader(words: readonly string[]) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "sharing-child.ts"), ...words], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const seen: string[] = [];
  const state = { ready: false };
  const reading = (async () => {
    let rest = "";
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines)
        if (line === "ready") state.ready = true;
        else seen.push(line);
    }
  })();
  return {
    seen,
    ready: () => state.ready,
    async end(signal: NodeJS.Signals) {
      child.kill(signal);
      await Promise.all([reading, child.exited]);
    },
  };
}

/** Two thirds of the members leave, one of them by dying. */
export function sharingSuite(kafka: SomeKafka): void {
  test("1 → 3 → 1 processes under load read everything, and only what a death interrupts comes twice", async () => {
    const log = await openQuick(kafka.brokers);
    const topic = `shared-${crypto.randomUUID()}`;
    await log.ensureTopics([{ name: topic, partitions: 6 }]);
    const words = [kafka.brokers, topic, `group-${crypto.randomUUID()}`];
    let sent = 0;
    let feeding = true;
    const feed = (async () => {
      const encoder = new TextEncoder();
      while (feeding) {
        const value = () => encoder.encode(String(sent++));
        await log.append(
          Array.from({ length: 200 }, () => ({ topic, key: String(sent % 40), value: value() })),
        );
        await Bun.sleep(10);
      }
    })();
    const readers = [startReader(words)];
    await until("the first is ready", () => readers[0]!.ready());
    await until("the first reads", () => readers[0]!.seen.length > 500);
    readers.push(startReader(words), startReader(words));
    await until("all three read", () => readers.every(({ seen }) => seen.length > 500));
    const [first, second, third] = readers as [(typeof readers)[0], (typeof readers)[0], (typeof readers)[0]];
    await second.end("SIGTERM");
    const beforeDeath = [...first.seen, ...second.seen, ...third.seen];
    expect(beforeDeath.length - new Set(beforeDeath).size).toBe(0);
    await third.end("SIGKILL");
    const atDeath = first.seen.length;
    await until("the first reads on", () => first.seen.length > atDeath + 500);
    feeding = false;
    await feed;
    const all = () => [...first.seen, ...second.seen, ...third.seen];
    await until("everything was read", () => new Set(all()).size === sent);
    await first.end("SIGTERM");
    expect(new Set(all())).toEqual(new Set(Array.from({ length: sent }, (_, i) => String(i))));
    const [lag] = [(await log.lag(words[2]!, [topic])).reduce((sum, one) => sum + one.lag, 0)];
    expect(lag).toBe(0);
    await log.close();
  }, 60_000);

  test("the length of a session is a setting: brokers refuse a wrong one", async () => {
    const topic = `sessions-${crypto.randomUUID()}`;
    const wanted = { group: topic, topics: [topic], maxBatchBytes: 100_000, maxBatchRecords: 10 };
    const consume = { ...wanted, onBatch: async () => {} };
    const setting = (length: string) => ({ CA3_KAFKA_SESSION_TIMEOUT: length });
    const fitting = await openKafkaLog({ settings: kafkaEnv(kafka.brokers, setting("8s")) });
    await fitting.ensureTopics([{ name: topic, partitions: 1 }]);
    const consumer = await fitting.consume(consume);
    expect(consumer.assignment().length).toBe(1);
    await fitting.close();
    const hasty = await openKafkaLog({ settings: kafkaEnv(kafka.brokers, setting("10ms")) });
    const refused = await hasty.consume(consume).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "CA3_CONFIG",
      message: expect.stringContaining("kafka.sessionTimeout"),
    });
    await hasty.close();
  });
}
