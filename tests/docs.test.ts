import { expect, test } from "bun:test";
import { referencePages } from "../scripts/gen/pages.ts";

test.each(Object.entries(await referencePages()))(
  "%s is what the code says (npm run gen)",
  async (path, text) => {
    expect(await Bun.file(path).text()).toBe(text);
  },
);

test("every relative link in the documents leads to a file", async () => {
  const broken: string[] = [];
  for (const file of [...new Bun.Glob("{*.md,docs/**/*.md}").scanSync(".")]) {
    const text = await Bun.file(file).text();
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      const path = new URL(target!, `file:///${file}`).pathname.slice(1);
      if (!(await Bun.file(path).exists()) && !(await isFolder(path))) broken.push(`${file}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

const isFolder = async (path: string) => {
  const { stat } = await import("node:fs/promises");
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
};
