import { expect, test } from "bun:test";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandBlocks } from "../../docs/blocks.ts";
import { run, scripts, stage, steps } from "../../docs/run-command.ts";
import { ownDatabase } from "../../mongo/open.ts";
import { freshNames } from "../rig.ts";
import type { Services } from "../services.ts";

const PAGE = "docs/kafka-and-mongodb.md";
const blocks = (await commandBlocks()).filter(({ where }) => where.startsWith(PAGE));

const names = freshNames();

export function documentedSuite({ kafka, mongo }: Services): void {
  test("the commands about Kafka and MongoDB work, from the top of the page to its end", async () => {
    expect(blocks.length).toBeGreaterThan(3);
    await using own = ownDatabase(mongo.url);
    const { folder, env } = stage();
    // what compose.yaml starts is started in another test
    writeFileSync(join(folder, "docker"), "#!/bin/sh\n[ \"$1 $3\" = 'compose compose.env' ]\n");
    chmodSync(join(folder, "docker"), 0o755);
    try {
      for (const written of blocks.flatMap(({ commands }) => commands)) {
        const step = steps.exec(written);
        if (step) expect(Object.keys(scripts)).toContain(step[2]!.replace(/^run /, "").split(" ")[0]!);
        else {
          const command = written
            .replace("localhost:9092", kafka.brokers)
            .replace("mongodb://localhost:27017/ca3", `'${own.url}'`);
          await run(command, folder, { ...env, ...names });
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 240_000);
}
