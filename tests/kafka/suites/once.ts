import { expect, test } from "bun:test";
import { join } from "node:path";
import type { EventLog, OutRecord } from "../../../src/eventlog/port.ts";
import { read, readAll } from "../../contracts/eventlog/rig.ts";
import { until } from "../../helpers/until.ts";
import type { SomeKafka } from "../../services/kafka.ts";
import { openQuick } from "../open.ts";

const once = (topic: string, onceId: string, onceSinceMs?: number): OutRecord => ({
  ...{ topic, key: null, value: new Uint8Array(1), onceId, headers: { id: onceId } },
  ...(onceSinceMs === undefined ? {} : { onceSinceMs }),
});

async function idsIn(log: EventLog, topic: string): Promise<string[]> {
  const [lag] = await log.lag("nobody", [topic]);
  const batches = lag!.lag === 0 ? [] : await readAll(log, topic, lag!.lag);
  return batches.flatMap(({ records }) => records.map(({ headers }) => headers["id"]!));
}
const doubles = (ids: readonly string[]) => ids.filter((id, at) => ids.indexOf(id) !== at);

/** Runs a writer for a while, perhaps stops it in between as a laptop lid does, and kills it. */
async function runAndKill(words: readonly string[]): Promise<string[]> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "once-child.ts"), ...words], {
    stdout: "pipe",
    stderr: "inherit",
  });
  let said = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (said === "") {
      const lifeMs = 100 + Math.random() * 700;
      if (Math.random() < 0.5) {
        setTimeout(() => child.kill("SIGSTOP"), lifeMs / 3);
        setTimeout(() => child.kill("SIGCONT"), (lifeMs * 2) / 3);
      }
      setTimeout(() => child.kill("SIGKILL"), lifeMs);
    }
    said += chunk;
  }
  await child.exited;
  return said
    .slice(0, said.lastIndexOf("\n") + 1)
    .split("\n")
    .flatMap((line) => (line.startsWith("a ") ? line.slice(2).split(",") : []));
}

export function onceSuite(kafka: SomeKafka): void {
  test("killed and stopped at random, several writers leave each id once, and what was acknowledged is there", async () => {
    const log = await openQuick(kafka.brokers);
    const topic = `once-${crypto.randomUUID()}`;
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    const lives = async (name: string) => {
      const acknowledged: string[] = [];
      for (let life = 0; life < 4; life++)
        acknowledged.push(...(await runAndKill([kafka.brokers, topic, `${name}${life}`, "4000"])));
      return acknowledged;
    };
    const acknowledged = (await Promise.all(["a", "b", "c"].map(lives))).flat();
    const ids = await idsIn(log, topic);
    expect(doubles(ids)).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
    await log.close();
  }, 60_000);

  test("an id that is older than what is remembered is looked up in the topic", async () => {
    const log = await openQuick(kafka.brokers, {}, { onceCapacity: 20 });
    const topic = `once-${crypto.randomUUID()}`;
    await log.ensureTopics([{ name: topic, partitions: 2 }]);
    for (let call = 0; call < 10; call++)
      await log.append(Array.from({ length: 10 }, (_, i) => once(topic, `${call}-${i}`)));
    await log.append([once(topic, "0-0"), once(topic, "5-5"), once(topic, "new")]);
    const ids = await idsIn(log, topic);
    expect(ids.length).toBe(101);
    expect(doubles(ids)).toEqual([]);
    await log.close();
  });

  test("a writer that begins late knows the ids since the time it is given", async () => {
    const [first, second] = [await openQuick(kafka.brokers), await openQuick(kafka.brokers)];
    const topic = `once-${crypto.randomUUID()}`;
    await first.ensureTopics([{ name: topic, partitions: 1 }]);
    const sinceMs = Date.now();
    await first.append([once(topic, "a", sinceMs), once(topic, "b", sinceMs)]);
    await second.append([once(topic, "b", sinceMs), once(topic, "c", sinceMs)]);
    await first.append([once(topic, "c", sinceMs), once(topic, "a", sinceMs)]);
    expect((await idsIn(first, topic)).sort()).toEqual(["a", "b", "c"]);
    await Promise.all([first.close(), second.close()]);
  });

  test("records without an id in the same topic change nothing about it", async () => {
    const log = await openQuick(kafka.brokers);
    const topic = `once-${crypto.randomUUID()}`;
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    const plain = { topic, key: null, value: new Uint8Array(2) };
    for (let call = 0; call < 5; call++)
      await log.append([plain, once(topic, "x"), plain, once(topic, `${call}`)]);
    const reading = await read(log, topic, { group: `g-${crypto.randomUUID()}` });
    await until("16 were read", () => reading.count() >= 16);
    await reading.consumer.stop();
    expect(reading.count()).toBe(16);
    await log.close();
  });
}
