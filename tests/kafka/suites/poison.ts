import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { CompressionCodecs, CompressionTypes, Kafka, logLevel, type Message } from "kafkajs";
import { MAX_UNPACKED_BYTES } from "../../../src/eventlog/kafka/wire/codecs.ts";
import { dataFiles } from "../../../src/local/data-files.ts";
import { uniform } from "../../../src/producer/random.ts";
import { openEmbeddedStore } from "../../../src/store/embedded.ts";
import { SCHEMA_VERSION } from "../../../src/telemetry/schema-version.ts";
import { deadLetterTopic } from "../../../src/telemetry/topics.ts";
import { readAll, textOf } from "../../contracts/eventlog/rig.ts";
import { Entry, freshNames, until } from "../../entrypoints/rig.ts";
import { tokenEvent } from "../../samples/events.ts";
import type { SomeKafka } from "../../services/kafka.ts";
import { openQuick } from "../open.ts";

const GOOD = 3_000;
const ts = new Date().toISOString();
const good = (n: number) => tokenEvent({ event_id: `good-${n}`, seq: n, ts });
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** A generator of whole numbers below a bound, the same for the same seed. */
function dice(seed: number) {
  let position = 0;
  return (below: number) => Math.floor(uniform(seed, position++, 0) * below);
}

/** Values that no reader may make an event of, each in its own way. */
function poison(n: number, roll: (below: number) => number): Message {
  const event = { ...good(n), event_id: `bad-${n}` };
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => roll(256)));
  const kinds: (() => Message)[] = [
    () => ({ value: null }),
    () => ({ value: Buffer.alloc(0) }),
    () => ({ value: bytes(roll(300)), key: bytes(roll(20)) }),
    () => ({ value: json(event).subarray(0, -1 - roll(40)) }),
    () => ({ value: json({ ...event, schema_version: SCHEMA_VERSION + 1 + roll(1000) }) }),
    () => ({ value: json({ ...event, input_tokens: [-1, "1", null, 1.5, {}][roll(5)] }) }),
    () => ({ value: json({ ...event, ts: ["", "yesterday", 5, "2999-01-01T00:00:00Z"][roll(4)] }) }),
    () => ({ value: json([event]) }),
    () => ({ value: Buffer.from(`${"[".repeat(30_000)}${"]".repeat(30_000)}`) }),
    () => ({ value: Buffer.from('{"__proto__":{"input_tokens":1}}') }),
    () => ({ value: Buffer.alloc(70_000 + roll(60_000), 32) }),
    () => ({
      value: bytes(50),
      headers: {
        [`h${roll(9)}`]: bytes(40),
        "ca3-dlq-reason": "mine",
        "ca3-once-id": `stranger-${n}`,
        empty: "",
        several: [bytes(3), bytes(3)],
      },
    }),
  ];
  return kinds[roll(kinds.length)]!();
}

/** No message of any shape ends the consumption, and each record is in the store or in the dead letters, once. */
export function poisonSuite(kafka: SomeKafka): void {
  test("whatever lies in the topics, events are stored, the rest is dead-lettered once, and nothing stops", async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const roll = dice(seed);
    const folder = mkdtempSync(join(tmpdir(), "ca3-poison-"));
    const names = freshNames();
    const topic = names.TOPIC_TOKEN;
    const log = await openQuick(kafka.brokers);
    await log.ensureTopics([topic, names.TOPIC_METRIC].map((name) => ({ name, partitions: 4 })));
    await using processor = new Entry(["processor"], {
      ...{ ...names, KAFKA_BOOTSTRAP: kafka.brokers, CA3_PARTITIONS: "4", CA3_DATA: folder },
      ...{ CA3_POISON_STOP_RATIO: "1", CA3_WATCH_INTERVAL: "200ms" },
    });

    CompressionCodecs[CompressionTypes.ZSTD] = () => ({
      compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
      decompress: async (buffer: Buffer) => buffer,
    });
    const stranger = new Kafka({ brokers: kafka.brokers.split(","), logLevel: logLevel.NOTHING }).producer({
      ...{ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 },
    });
    await stranger.connect();
    // one partition at a time first: this client repeats a request as a whole, also for partitions that have taken it
    const first = [0, 1, 2, 3].map((partition) => ({ value: json(good(GOOD + 1 + partition)), partition }));
    for (const message of first) await stranger.send({ topic, messages: [message] });
    const codecs = [CompressionTypes.None, CompressionTypes.GZIP, CompressionTypes.ZSTD];
    let bad = 0;
    for (let n = 0; n < GOOD; ) {
      const messages: Message[] = [];
      for (const end = Math.min(GOOD, n + 1 + roll(60)); n < end; n++) {
        messages.push({ value: json(good(n)), key: `${n % 7}` });
        if (roll(3) === 0 && messages.push(poison(n, roll))) bad++;
      }
      await stranger.send({ topic, messages, compression: codecs[roll(3)]! });
    }
    // A few kilobytes that unpack to more than anybody should hold.
    const bomb = { value: Buffer.alloc(MAX_UNPACKED_BYTES + 1) };
    for (const compression of [CompressionTypes.GZIP, CompressionTypes.ZSTD])
      for (let partition = 0; partition < 4; partition++)
        await stranger.send({ topic, messages: [{ ...bomb, partition }], compression });
    await stranger.disconnect();
    const bombs = 8;
    const wrong = bad + bombs;
    const right = GOOD + first.length + 1;
    await log.append([{ topic, key: null, value: json(good(GOOD)) }]);

    const done = (result: string) => processor.metric("processor_records_total", { topic, result });
    await until(`everything is done (seed ${seed})`, async () => {
      expect(processor.running).toBe(true);
      return (await done("stored")) + (await done("dead_letter")) === right + wrong;
    });
    await until(
      "all of it is committed",
      async () => (await processor.metric("processor_consumer_lag")) === 0,
    );
    expect({ seed, stored: await done("stored") }).toEqual({ seed, stored: right });
    expect((await processor.ready()).ready).toBe(true);
    expect(await processor.metric("processor_bug_retries_total")).toBeNaN();
    expect(await processor.metric("process_resident_memory_bytes")).toBeLessThan(600e6);
    expect(await processor.stop()).toBe(0);
    expect(processor.lines.filter(({ level }) => level === "error")).toEqual([]);

    const store = openEmbeddedStore(dataFiles(folder).storePath, { readonly: true });
    const counts = await store.countDeadLetters();
    await store.close();
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(wrong);
    expect(counts.find(({ reason }) => reason === "unreadable")?.count).toBe(bombs);
    const letters = (await readAll(log, deadLetterTopic(topic), wrong)).flatMap(({ records }) => records);
    const places = letters.map(({ headers }) => `${headers["ca3-dlq-origin"]}/${headers["ca3-dlq-offset"]}`);
    expect(new Set(places).size).toBe(wrong);
    expect(letters.map(textOf).some((text) => text.includes("bad-"))).toBe(true);
    await log.close();
    rmSync(folder, { recursive: true });
  }, 240_000);
}
