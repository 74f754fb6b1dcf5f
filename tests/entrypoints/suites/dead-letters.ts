import { expect, test } from "bun:test";
import { bytesOf } from "../../contracts/eventlog/rig.ts";
import { ca3 } from "../../helpers/cli.ts";
import { openQuick } from "../../kafka/open.ts";
import { ownDatabase } from "../../mongo/open.ts";
import { Entry, freshNames, until } from "../rig.ts";
import type { Services } from "../services.ts";

export function deadLetterSuite({ kafka, mongo }: Services): void {
  test("dead letters of Kafka are listed, shown, sent again once, and dropped, in MongoDB", async () => {
    await using own = ownDatabase(mongo.url);
    const names = freshNames();
    const env = { ...names, KAFKA_BOOTSTRAP: kafka.brokers, MONGO_URL: own.url };
    const log = await openQuick(kafka.brokers);
    await using processor = new Entry(["processor"], { ...env, CA3_POISON_STOP_RATIO: "1" });
    await processor.untilReady();
    await log.append([{ topic: names.TOPIC_TOKEN, key: "k", value: bytesOf("{broken") }]);
    const rejected = (count: number) =>
      until(`${count} are dead letters`, async () => {
        const found = await processor.metric("processor_dead_letter_total", { reason: "malformed_json" });
        return found === count;
      });
    await rejected(1);

    const flags = ["--mongo", own.url];
    const listed = await ca3(["dlq", "list", ...flags, "--output", "json"]);
    const [{ id, topic }] = JSON.parse(listed.out).deadLetters;
    expect(topic).toBe(names.TOPIC_TOKEN);
    const shown = await ca3(["dlq", "show", id, ...flags, "--raw"]);
    expect(new TextDecoder().decode(shown.bytes)).toBe("{broken");

    const replay = ["dlq", "replay", id, ...flags, "--kafka", kafka.brokers];
    expect((await ca3(replay)).out).toBe("1 sent again");
    await rejected(2);
    expect((await ca3(replay)).notes).toContain("1 had been sent again before");
    const open = JSON.parse((await ca3("dlq list --output json", { env })).out).deadLetters;
    expect(open.map((one: { state: string }) => one.state)).toEqual(["open"]);
    expect(open[0].id).not.toBe(id);
    const dropped = await ca3("dlq drop --all --yes --output json", { env });
    expect(JSON.parse(dropped.out).dropped).toEqual([open[0].id]);
    const [count] = (await log.topics()).filter(({ name }) => name === names.TOPIC_TOKEN);
    expect(count!.records).toBe(2);
    expect(await processor.stop()).toBe(0);
    await log.close();
  });
}
