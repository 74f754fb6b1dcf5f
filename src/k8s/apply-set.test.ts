import { expect, test } from "bun:test";
import { live } from "../../tests/samples/kubernetes.ts";
import {
  applySetId,
  asMember,
  MEMBER_LABEL,
  parentObject,
  parentRef,
  readScope,
  scopeOf,
  unionOf,
} from "./apply-set.ts";

test("the id is the one that the convention computes", () => {
  // The SHA-256 of `secretset.default.Secret.`, the empty end being the core group.
  expect(applySetId({ apiVersion: "v1", kind: "Secret", namespace: "default", name: "secretset" })).toBe(
    "applyset-ErSdM9MDdLisJ5qDs1ykPGw8r_ql0yk8wFC0CI_wlBU-v1",
  );
  expect(applySetId(parentRef("app"))).not.toBe(applySetId(parentRef("platform")));
});

test("what a parent says is read back", () => {
  const scope = scopeOf([
    live("Deployment", "a"),
    live("Service", "b", { metadata: { namespace: "platform" } }),
  ]);
  expect(scope).toEqual({ groupKinds: ["Deployment.apps", "Service"], namespaces: ["app", "platform"] });
  const parent = parentObject("app", scope, "1.2.3");
  const read = readScope(live("ConfigMap", "ca3-app", { metadata: parent.metadata }));
  expect(read).toEqual(unionOf(scope, { groupKinds: [], namespaces: ["ca3-system"] }));
  expect(parent.metadata.annotations?.["applyset.kubernetes.io/tooling"]).toBe("ca3/v1.2.3");
});

test("no parent, no members", () => expect(readScope(undefined)).toEqual({ groupKinds: [], namespaces: [] }));

test("a member keeps its labels and gets that of its set", () => {
  const object = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "s", namespace: "app", labels: { a: "b" } },
  };
  expect(asMember(object, "app").metadata.labels).toEqual({
    a: "b",
    [MEMBER_LABEL]: applySetId(parentRef("app")),
  });
});
