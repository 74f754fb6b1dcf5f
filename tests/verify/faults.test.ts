import { expect, test } from "bun:test";
import { Glob } from "bun";
import { checkIds } from "../../src/verify/facts.ts";

/** Everything a test says of checks that fail, by id: the files that say it. */
async function faultsToldOf(): Promise<ReadonlyMap<string, readonly string[]>> {
  const told = new Map<string, string[]>();
  for (const file of new Glob("tests/{verify,cluster,kafka}/**/*.ts").scanSync(".")) {
    const text = await Bun.file(file).text();
    for (const [, id] of text.matchAll(/"([a-z]+\.[a-z-]+)": (?:saying|rotate)\(/g))
      told.set(id!, [...(told.get(id!) ?? []), file]);
  }
  return told;
}

/** A burst takes minutes, and has tests of its own. */
const elsewhere = ["scale.processor"];

/**
 * `saying` stands in the whole of what is not well, so a test that uses it shows that this check fails, that no other one
 * does that was asked, and that it names the repair.
 */
test("for every check there is a fault that makes it fail, and it says how to repair it", async () => {
  const told = await faultsToldOf();
  expect(checkIds.filter((id) => !told.has(id) && !elsewhere.includes(id))).toEqual([]);
  expect([...told.keys()].filter((id) => !(checkIds as readonly string[]).includes(id))).toEqual([]);
});
