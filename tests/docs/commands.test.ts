import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { commandBlocks } from "./blocks.ts";
import { run, scripts, stage, steps } from "./run-command.ts";

/** Its commands want servers; `tests/entrypoints/suites/documented.ts` has them. */
const wantsServers = "docs/kafka-and-mongodb.md";

const blocks = (await commandBlocks()).filter(({ where }) => !where.startsWith(wantsServers));

test("the README names the two commands that do everything", () => {
  const all = blocks.flatMap(({ commands }) => commands);
  expect(all).toContain("npm start");
  expect(all).toContain("npm test");
});

test.each(blocks)(
  "the commands of $where work",
  async ({ commands }) => {
    const { folder, env } = stage();
    try {
      for (const command of commands) {
        const step = steps.exec(command);
        if (!step) await run(command, folder, env);
        else expect(Object.keys(scripts)).toContain(step[2]!.replace(/^run /, "").split(" ")[0]!);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  120_000,
);
