import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../helpers/until.ts";
import type { SomeKafka } from "../../services/kafka.ts";

/** Words that start the program; the executable once it is built, or the sources. */
export const fromSources: readonly string[] = [
  process.execPath,
  join(import.meta.dir, "../../../src/main.ts"),
];

export function commandSuite(kafka: SomeKafka, program: readonly string[], name = "ca3"): void {
  const id = crypto.randomUUID().slice(0, 8);
  const env = {
    ...process.env,
    KAFKA_BOOTSTRAP: kafka.brokers,
    TOPIC_METRIC: `gpu-${id}`,
    TOPIC_TOKEN: `token-${id}`,
    CA3_GROUP: `group-${id}`,
    CA3_PARTITIONS: "3",
  };
  const start = (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    Bun.spawn([...program, ...words], { env: { ...env, ...more }, stdout: "pipe", stderr: "pipe" });
  const run = async (words: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const child = start(words, more);
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { code: await child.exited, out, err };
  };

  test(`${name} topics create and describe, producer and processor work together on Kafka`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "ca3-kafka-commands-"));
    const missing = await run(["topics", "describe"]);
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining("ca3 topics create") });

    const created = await run(["topics", "create", "--output", "json"]);
    expect(created.code).toBe(0);
    expect(JSON.parse(created.out).topics).toMatchObject([
      { name: `gpu-${id}`, partitions: 3, retentionMs: 604_800_000 },
      { name: `gpu-${id}.dlq`, partitions: 1 },
      { name: `token-${id}`, partitions: 3 },
      { name: `token-${id}.dlq`, partitions: 1 },
    ]);
    expect(JSON.parse(created.out).topics[0].copies).toEqual({ replication: 1, inSync: 1, minInSync: 1 });
    const shorter = await run(["topics", "create", "--output", "json"], { CA3_TOPIC_RETENTION: "2h" });
    expect(JSON.parse(shorter.out).topics[0]).toMatchObject({ partitions: 3, retentionMs: 7_200_000 });
    expect((await run(["topics", "create"])).out).toMatch(new RegExp(`gpu-${id} +3 +7d `));
    const more = await run(["topics", "create"], { CA3_PARTITIONS: "5" });
    expect(more).toMatchObject({ code: 1, err: expect.stringContaining("has 3 partitions") });

    const sent = await run(["producer", "--to", "kafka", "--count", "2000", "--speed", "max"]);
    expect(sent).toMatchObject({ code: 0, err: expect.stringContaining("sent 2,000 events") });
    const behind = JSON.parse((await run(["topics", "describe", "--output", "json"])).out);
    const lagOf = (answer: { topics: { lag: number }[] }) =>
      answer.topics.reduce((sum, { lag }) => sum + lag, 0);
    expect(lagOf(behind)).toBe(2_000);

    const processor = start(["processor", "--data", folder, "--port", "0"]);
    const said = new Response(processor.stderr).text();
    await until("everything is processed", async () => {
      return lagOf(JSON.parse((await run(["topics", "describe", "--output", "json"])).out)) === 0;
    });
    processor.kill("SIGTERM");
    expect(await processor.exited).toBe(0);
    const lines = (await said).split("\n").filter((line) => line.startsWith("{"));
    expect(lines.map((line) => JSON.parse(line)).at(-1)).toMatchObject({ stored: 2_000, deadLettered: 0 });
    const table = await run(["topics", "describe"]);
    expect(table.out).toMatch(new RegExp(`token-${id} +3 +7d +1 of 1 +1 +\\d+ +\\d+ +0 +0\\.0`));
    rmSync(folder, { recursive: true });
  }, 60_000);
}
