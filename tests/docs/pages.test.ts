import { expect, test } from "bun:test";
import { Glob } from "bun";
import { referencePages } from "../../scripts/gen/pages.ts";
import { documents } from "./documents.ts";

test.each(Object.entries(await referencePages()))(
  "%s is what the code says (npm run gen)",
  async (path, text) => {
    expect(await Bun.file(path).text()).toBe(text);
  },
);

test("there are documents to look at", () => expect(documents.length).toBeGreaterThan(10));

test("every relative link in the documents leads to a file", async () => {
  const broken: string[] = [];
  for (const file of documents) {
    const text = await Bun.file(file).text();
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      const path = new URL(target!, `file:///${file}`).pathname.slice(1);
      if (!(await Bun.file(path).exists()) && !(await isFolder(path))) broken.push(`${file}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test("every picture is there, light and dark, and small enough to load quickly", async () => {
  const wrong: string[] = [];
  const shown = new Set<string>();
  for (const file of documents) {
    const text = await Bun.file(file).text();
    for (const [, target] of text.matchAll(/\b(?:src|srcset)="([^"]+)"/g)) {
      const path = new URL(target!, `file:///${file}`).pathname.slice(1);
      shown.add(path);
      const { size } = Bun.file(path);
      if (size === 0) wrong.push(`${file}: ${target} is missing`);
      if (size > 200_000) wrong.push(`${path} has ${size} bytes`);
      const other = path.replace(/-(light|dark)\.png$/, (_, one) =>
        one === "light" ? "-dark.png" : "-light.png",
      );
      if (!(await Bun.file(other).exists())) wrong.push(`${other} is missing`);
    }
  }
  for (const path of new Glob("docs/images/*").scanSync("."))
    if (!shown.has(path)) wrong.push(`no document shows ${path}`);
  expect(wrong).toEqual([]);
});

const isFolder = async (path: string) => {
  const { stat } = await import("node:fs/promises");
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
};

test("every source file that a document names is there", async () => {
  const missing: string[] = [];
  for (const file of documents) {
    const text = await Bun.file(file).text();
    for (const [, path] of text.matchAll(/`((?:[a-z0-9-]+\/)+[a-z0-9-]+\.tsx?)`/g)) {
      const there = await Promise.all([path!, `src/${path}`].map((one) => Bun.file(one).exists()));
      if (!there.includes(true)) missing.push(`${file}: ${path}`);
    }
  }
  expect(missing).toEqual([]);
});
