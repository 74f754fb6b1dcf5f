import { expect, test } from "bun:test";
import { Glob } from "bun";

const LIMIT = 300;
const files = [...new Glob("{src,tests,bench,scripts}/**/*.{ts,tsx}").scanSync(".")];

async function lines(file: string): Promise<number> {
  return (await Bun.file(file).text()).split("\n").length - 1;
}

test(`no file has more than ${LIMIT} lines`, async () => {
  const long: string[] = [];
  for (const file of files) if ((await lines(file)) > LIMIT) long.push(`${file}: ${await lines(file)}`);
  expect(long).toEqual([]);
});

test("the median source file is small", async () => {
  const counts = await Promise.all(
    files.filter((file) => file.startsWith("src/") && !file.endsWith(".test.ts")).map(lines),
  );
  counts.sort((a, b) => a - b);
  expect(counts[Math.floor(counts.length / 2)]!).toBeLessThanOrEqual(90);
});

test("no room is called by a word that says nothing", () => {
  const vague = files.filter((file) =>
    /^src\/(.*\/)?(utils?|helpers?|common|managers?|misc)(\/|\.ts)/.test(file),
  );
  expect(vague).toEqual([]);
});
