import { expect, test } from "bun:test";
import { Glob } from "bun";
import type { Stage } from "../../src/k8s/phases.ts";
import { toYaml } from "../../src/k8s/render/yaml.ts";
import { scenarios, stagesFor } from "../k8s/wishes.ts";
import { expectGolden } from "./compare.ts";

const fileOf = (scenario: string, { part, phase }: Stage) => `manifests/${scenario}/${part}-${phase}.yaml`;

test.each(Object.entries(scenarios))("the manifests of %s are as kept", async (name, { yaml, facts }) => {
  for (const stage of await stagesFor(yaml, facts)) await expectGolden(fileOf(name, stage), toYaml([stage]));
});

test("there is no kept file that nothing makes", async () => {
  const made = new Set<string>();
  for (const [name, { yaml, facts }] of Object.entries(scenarios))
    for (const stage of await stagesFor(yaml, facts)) made.add(fileOf(name, stage));
  const kept = [...new Glob("manifests/**/*.yaml").scanSync(import.meta.dir)];
  expect(kept.filter((file) => !made.has(file))).toEqual([]);
});
