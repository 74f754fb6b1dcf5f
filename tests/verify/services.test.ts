import { expect, test } from "bun:test";
import { MongoClient } from "mongodb";
import { openMongoStore } from "../../src/store/mongo.ts";
import { freshNames } from "../entrypoints/rig.ts";
import { ca3 } from "../helpers/cli.ts";
import { openQuick } from "../kafka/open.ts";
import { ownDatabase } from "../mongo/open.ts";
import { someKafka } from "../services/kafka.ts";
import { startSecureMongo } from "../services/mongo/secure.ts";
import { someMongo, startMongo } from "../services/mongo.ts";
import { withService } from "../services/require.ts";
import { saying, told, verify } from "./verified.ts";

const DAY_MS = 86_400_000;

await withService("kafka", someKafka, ({ brokers }) => {
  const env = freshNames();
  const kafka = (more: Record<string, string> = {}) =>
    verify(["--kafka", brokers, "--only", "kafka"], { env: { ...env, ...more } });

  test("the checks of Kafka fail one by one, each for its own reason", async () => {
    const none = await kafka();
    expect(none.failed).toEqual(["kafka.topics"]);
    expect(none.results).toMatchObject({
      "kafka.round-trip": "pass",
      "kafka.lag": "skip",
      "kafka.replicas": "skip",
    });
    expect(none.problems["kafka.topics"]![0]).toMatchObject({
      do: "ca3 topics create",
      seen: expect.stringMatching(/^there is no topic /),
    });

    const created = await ca3(["topics", "create", "--kafka", brokers], { env });
    expect(created.code).toBe(0);
    const empty = await kafka();
    expect([empty.failed, empty.results["kafka.lag"]]).toEqual([[], "skip"]);

    const narrow = await kafka({ CA3_PARTITIONS: "13" });
    expect(narrow.failed).toEqual(["kafka.topics"]);
    expect(narrow.problems["kafka.topics"]![0]).toMatchObject({
      seen: expect.stringContaining("has 12 partitions"),
      want: "13 (topics.partitions)",
    });

    const log = await openQuick(brokers);
    await log.append([{ topic: env["TOPIC_TOKEN"]!, key: "a", value: new Uint8Array([1]) }]);
    await log.close();
    expect(told(await kafka({ CA3_VERIFY_MAX_LAG: "1ms" }))).toEqual({
      "kafka.lag": saying(/^group \S+ is 1 record behind, the oldest /, "start a processor"),
    });
    expect((await kafka({ CA3_VERIFY_MAX_LAG: "1d" })).results["kafka.lag"]).toBe("pass");
  }, 120_000);

  test("copies that are fewer than a write needs, or than are wanted, are told of", async () => {
    const names = freshNames();
    const strict = { ...names, CA3_KAFKA_MIN_IN_SYNC: "2" };
    expect((await ca3(["topics", "create", "--kafka", brokers], { env: strict })).code).toBe(0);
    const ask = (env: Record<string, string>) => verify(["--kafka", brokers, "--only", "kafka"], { env });
    expect(told(await ask(names))).toEqual({
      "kafka.replicas": saying(/ has 1 copy, fewer than a write should have$/, "min.insync.replicas"),
    });
    const many = await verify(["--kafka", brokers, "--only", "kafka.replicas"], {
      env: { ...env, CA3_KAFKA_REPLICATION: "3" },
    });
    expect(told(many)).toEqual({ "kafka.replicas": saying(/ has 1 copy$/, "kafka-reassign-partitions") });
  }, 120_000);
});

await withService("mongo", someMongo, ({ url }) => {
  test("the checks of MongoDB fail until a processor has prepared it", async () => {
    await using own = ownDatabase(url);
    const mongo = () => verify(["--mongo", own.url, "--only", "mongo"]);
    const bare = await mongo();
    expect(bare.failed).toEqual(["mongo.indexes"]);
    expect(bare.results).toMatchObject({ "mongo.majority-write": "pass", "mongo.anonymous-refused": "skip" });
    await (await openMongoStore(own.url, { retentionMs: DAY_MS })).close();
    expect((await mongo()).failed).toEqual([]);
  }, 60_000);
});

await withService("mongo", startSecureMongo, ({ server, users }) => {
  test("a MongoDB with access control refuses who has no password", async () => {
    const env = { CA3_MONGO_USERNAME: users.writer.name, CA3_MONGO_PASSWORD: users.writer.password };
    const { results } = await verify(["--mongo", server.url, "--only", "mongo.anonymous-refused"], { env });
    expect(results).toEqual({ "mongo.reachable": "pass", "mongo.anonymous-refused": "pass" });
    const reader = { CA3_MONGO_USERNAME: users.reader.name, CA3_MONGO_PASSWORD: users.reader.password };
    const refused = await verify(["--mongo", server.url, "--only", "mongo.majority-write"], { env: reader });
    expect(told(refused)).toEqual({
      "mongo.majority-write": saying(/the user reader has no right to that$/, "readWrite"),
    });
  }, 60_000);

  test("a MongoDB that has users and asks nobody who they are is told of", async () => {
    await using open = await startMongo({ durable: false });
    const client = new MongoClient(open.url);
    const { name, password } = users.writer;
    await client.db("admin").command({ createUser: name, pwd: password, roles: ["root"] });
    await client.close();
    const env = { CA3_MONGO_USERNAME: name, CA3_MONGO_PASSWORD: password };
    expect(told(await verify(["--mongo", open.url, "--only", "mongo.anonymous-refused"], { env }))).toEqual({
      "mongo.anonymous-refused": saying(/^events can be read without user and password$/, "access control"),
    });
  }, 60_000);
});
