import { expect, test } from "bun:test";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { entryOf, mergeEntry, withoutEntry } from "./kubeconfig.ts";

const K3S = stringify({
  apiVersion: "v1",
  kind: "Config",
  clusters: [
    { name: "default", cluster: { server: "https://127.0.0.1:6443", "certificate-authority-data": "Q0E=" } },
  ],
  users: [{ name: "default", user: { "client-certificate-data": "Q0VSVA==", "client-key-data": "S0VZ" } }],
  contexts: [{ name: "default", context: { cluster: "default", user: "default" } }],
  "current-context": "default",
});
const entry = entryOf(K3S, "ca3", "https://203.0.113.9:6443");

test("an empty file gets a whole kubeconfig, and its context is the current one", () => {
  expect(parse(mergeEntry("", entry, false))).toMatchObject({
    kind: "Config",
    clusters: [
      { name: "ca3", cluster: { server: "https://203.0.113.9:6443", "certificate-authority-data": "Q0E=" } },
    ],
    users: [{ name: "ca3-admin", user: { "client-key-data": "S0VZ" } }],
    contexts: [{ name: "ca3", context: { cluster: "ca3", user: "ca3-admin" } }],
    "current-context": "ca3",
  });
});

test("what others wrote stays, comments and unknown fields too, and their context stays the current one", () => {
  const theirs =
    "# mine\napiVersion: v1\nkind: Config\nclusters:\n- name: home # at home\n  cluster: {server: https://a, odd: 1}\ncurrent-context: home\npreferences: {colors: true}\n";
  const merged = mergeEntry(theirs, entry, false);
  expect(merged).toContain("# mine");
  expect(merged).toContain("# at home");
  expect(parse(merged)).toMatchObject({ "current-context": "home", preferences: { colors: true } });
  expect(parse(merged).clusters.map(({ name }: { name: string }) => name)).toEqual(["home", "ca3"]);
  expect(parse(mergeEntry(merged, entry, true))["current-context"]).toBe("ca3");
});

test("merging twice is merging once, and taking it out again leaves what there was", () => {
  const names = fc.uniqueArray(
    fc.stringMatching(/^[a-z]{1,8}$/).filter((name) => name !== "ca3" && name !== "ca3-admin"),
  );
  fc.assert(
    fc.property(names, fc.object(), (others, odd) => {
      const before = stringify({
        apiVersion: "v1",
        clusters: others.map((name) => ({ name, cluster: { server: `https://${name}` } })),
        users: others.map((name) => ({ name, user: { token: name } })),
        contexts: others.map((name) => ({ name, context: { cluster: name, user: name } })),
        "current-context": others[0] ?? "none",
        odd,
      });
      const once = mergeEntry(before, entry, false);
      expect(mergeEntry(once, entry, false)).toBe(once);
      expect(parse(withoutEntry(once, "ca3")!)).toEqual(parse(before));
    }),
  );
});

test("a file that is no YAML is left alone", () => {
  expect(() => mergeEntry("a: [", entry, false)).toThrow("not YAML");
  expect(withoutEntry("kind: Config\n", "ca3")).toBeUndefined();
});
