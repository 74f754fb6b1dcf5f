import { expect, test } from "bun:test";
import { describeRef, keyOf, refOf } from "./object.ts";

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "processor", namespace: "app" },
};

test("an object is named as people name it", () => {
  expect(describeRef(refOf(deployment))).toBe("Deployment app/processor");
  expect(describeRef({ apiVersion: "v1", kind: "Namespace", name: "app" })).toBe("Namespace app");
});

test("two versions of an API name one object; two groups do not", () => {
  const ref = refOf(deployment);
  expect(keyOf({ ...ref, apiVersion: "apps/v1beta1" })).toBe(keyOf(ref));
  expect(keyOf({ ...ref, apiVersion: "extensions/v1" })).not.toBe(keyOf(ref));
});
