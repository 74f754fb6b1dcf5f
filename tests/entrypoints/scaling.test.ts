import { expect, test } from "bun:test";
import { ca3Process } from "../helpers/cli.ts";
import { dropDatabase, freshName, inDatabase, withClient } from "../mongo/open.ts";
import { someKafka } from "../services/kafka.ts";
import { someMongo } from "../services/mongo.ts";
import { withService } from "../services/require.ts";
import { Entry, freshNames, until } from "./rig.ts";

async function servers() {
  const [kafka, mongo] = await Promise.all([someKafka(), someMongo()]);
  const end = async () => {
    await Promise.all([kafka[Symbol.asyncDispose](), mongo[Symbol.asyncDispose]()]);
  };
  return { kafka, mongo, [Symbol.asyncDispose]: end };
}

await withService("kafka+mongo", servers, ({ kafka, mongo }) => {
  test("1 → 3 → 1 processors under load store every event once, and report what one of them would", async () => {
    const names = { ...freshNames(), KAFKA_BOOTSTRAP: kafka.brokers };
    const databases = { shared: freshName(), alone: freshName() };
    const processor = (database: string, group: string) =>
      new Entry(["processor"], {
        ...{ ...names, MONGO_URL: inDatabase(mongo.url, database), CA3_GROUP: group },
        CA3_WATCH_INTERVAL: "200ms",
      });
    const { CA3_GROUP } = names;
    const doneBy = async (entry: Entry) => (await entry.metric("processor_records_consumed_total")) || 0;
    const share = (entry: Entry) => entry.metric("processor_assigned_partitions");

    await using first = processor(databases.shared, CA3_GROUP);
    await first.untilReady();
    await using producer = new Entry(["producer"], { ...names, RATE: "400" });
    await until("the first one works", async () => (await doneBy(first)) > 300);
    await using second = processor(databases.shared, CA3_GROUP);
    await using third = processor(databases.shared, CA3_GROUP);
    const all = [first, second, third];
    await until("the three share 24 partitions evenly, and all work", async () => {
      const shares = await Promise.all(all.map(share));
      const done = await Promise.all(all.map(doneBy));
      return shares.every((one) => one === 8) && done.every((one) => one > 100);
    });
    expect(await second.stop()).toBe(0);
    // One leaves in order, one dies: its partitions go to the others when its session ends.
    third.signal("SIGKILL");
    await until("the first one has all partitions again", async () => (await share(first)) === 24);
    const before = await doneBy(first);
    await until("it works on", async () => (await doneBy(first)) > before + 300);
    expect(await producer.stop()).toBe(0);
    const sent = producer.line("Producer has stopped.")!["events"] as number;
    const stored = (database: string) =>
      withClient(mongo.url, async (client) => {
        const kinds = ["gpu_metrics", "token_usage"].map((name) => client.db(database).collection(name));
        return (await Promise.all(kinds.map((kind) => kind.countDocuments()))).reduce(
          (sum, one) => sum + one,
          0,
        );
      });
    const lag = (entry: Entry) => entry.metric("processor_consumer_lag");
    await until(
      "everything is stored",
      async () => (await stored(databases.shared)) >= sent && (await lag(first)) === 0,
    );
    expect(await first.stop()).toBe(0);

    await using alone = processor(databases.alone, `${CA3_GROUP}-alone`);
    await until(
      "one alone has stored the same",
      async () => (await stored(databases.alone)) >= sent && (await lag(alone)) === 0,
    );
    expect(await alone.stop()).toBe(0);
    expect(await stored(databases.shared)).toBe(sent);
    expect(await stored(databases.alone)).toBe(sent);
    const reports = await Promise.all(
      [databases.shared, databases.alone].map(async (database) => {
        const words = ["report", "--by", "model", "--output", "json"];
        const { code, out, err } = await ca3Process(words, {
          env: { MONGO_URL: inDatabase(mongo.url, database) },
        });
        expect({ code, err: code === 0 ? "" : err }).toEqual({ code: 0, err: "" });
        return JSON.parse(out);
      }),
    );
    expect(reports[0]).toEqual(reports[1]);
    expect(reports[0].totals.requests).toBeGreaterThan(0);
    await Promise.all(Object.values(databases).map((database) => dropDatabase(mongo.url, database)));
  }, 300_000);
});
