import { describe, expect, test } from "bun:test";
import { lockedImages } from "../../../src/k8s/manifests/images.ts";
import { describeRef, refOf } from "../../../src/k8s/object.ts";
import { podsOf } from "../pods.ts";
import { objectsIn, scenarios, stagesFor } from "../wishes.ts";
import { objectRules } from "./object-rules.ts";
import { podRules } from "./pod-rules.ts";

describe.each(Object.entries(scenarios))("the manifests of %s", (_name, { yaml, facts }) => {
  test.each(Object.entries(podRules))("have pods that keep the rule %s", async (_rule, rule) => {
    const pods = podsOf(objectsIn(await stagesFor(yaml, facts)));
    expect(pods.length).toBeGreaterThan(1);
    const problems = pods.flatMap((pod) =>
      rule(pod).map((problem) => `${describeRef(refOf(pod.owner))}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  test.each(Object.entries(objectRules))("keep the rule %s", async (_rule, rule) => {
    expect(rule(await stagesFor(yaml, facts))).toEqual([]);
  });
});

test.each(Object.entries(lockedImages))("%s is locked by its digest, or says why not", (_name, image) => {
  expect(image.tag).not.toBe("latest");
  if (image.digest === "") expect(image.reason ?? "").not.toBe("");
  else expect(image.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
});
