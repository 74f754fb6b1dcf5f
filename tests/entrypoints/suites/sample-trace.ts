import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownDatabase } from "../../mongo/open.ts";
import { Entry, freshNames, until } from "../rig.ts";
import type { Services } from "../services.ts";

/** What the sample trace holds, counted without ca3. */
const SAMPLE = { requests: 19_366, inputTokens: 22_361_870, outputTokens: 4_088_665 };

/** The sample trace, through `program` as it runs in containers: its numbers come out exactly, and it leaves no file. */
export function sampleTraceSuite({ kafka, mongo }: Services, program: readonly string[], name = "ca3"): void {
  test(`${name}: the sample trace goes through Kafka into MongoDB, and the report has exactly its tokens`, async () => {
    await using own = ownDatabase(mongo.url);
    const folder = mkdtempSync(join(tmpdir(), "ca3-sample-trace-"));
    const urlFile = join(folder, "mongo-url");
    writeFileSync(urlFile, `${own.url}\n`);
    const cwd = mkdtempSync(join(folder, "empty-"));
    const env = { KAFKA_BOOTSTRAP: kafka.brokers, ...freshNames() };
    const stored = { ...env, MONGO_URL_FILE: urlFile };
    const at = { program, cwd };

    await using processor = new Entry(["processor"], stored, at);
    await processor.untilReady();
    await using producer = new Entry(["producer", "--replay", "sample", "--speed", "max"], env, at);
    expect(await producer.exited).toBe(0);
    await until("everything is stored", async () => {
      const lag = await processor.metric("processor_consumer_lag");
      return lag === 0 && (await processor.metric("processor_records_total", { result: "stored" })) > 20_000;
    });
    const ask = async (words: readonly string[]) => {
      const child = Bun.spawn([...program, ...words], {
        cwd,
        env: { HOME: "/nonexistent" },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [out, err] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ]);
      return { code: await child.exited, out, err };
    };
    const report = await ask(["report", "--mongo", own.url, "--output", "json"]);
    expect(report).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(report.out).totals).toMatchObject(SAMPLE);
    const letters = await ask(["dlq", "list", "--mongo", own.url]);
    expect(letters).toMatchObject({ code: 0, out: "", err: "no dead letters\n" });

    expect(await processor.stop()).toBe(0);
    expect(processor.line("Processor has stopped.")).toMatchObject({ duplicates: 0, deadLettered: 0 });
    expect([...producer.strays, ...processor.strays]).toEqual([]);
    expect(readdirSync(cwd)).toEqual([]);
    rmSync(folder, { recursive: true });
  }, 240_000);
}
