import { expect, test } from "bun:test";
import type { SecretUse } from "../manifests/secrets.ts";
import { planRotation } from "./rotation.ts";

const password = { random: 32, as: "base64url" } as const;
const secrets: SecretUse[] = [
  {
    ...{ namespace: "platform", name: "kafka-client", usedBy: ["processor"] },
    values: { username: { fixed: "ca3" }, password },
  },
  {
    ...{ namespace: "app", name: "kafka-client", usedBy: ["processor"] },
    values: { password: { sameAs: { namespace: "platform", name: "kafka-client", key: "password" } } },
  },
  { namespace: "platform", name: "kafka-cluster", usedBy: ["kafka"], values: { password } },
];

test("a password gets a new value in every namespace that holds it, a user keeps its name", () => {
  expect(planRotation(secrets, "kafka-client")).toEqual({
    keys: { password },
    places: [
      { namespace: "platform", name: "kafka-client" },
      { namespace: "app", name: "kafka-client" },
    ],
    usedBy: ["processor"],
  });
});

test("what members of a cluster trust each other by is left alone, with the reason", () => {
  expect(() => planRotation(secrets, "kafka-cluster")).toThrow("would refuse each other");
});

test("a name that is none is said to be none", () => {
  expect(() => planRotation(secrets, "kafka")).toThrow("there is no generated Secret kafka");
});
