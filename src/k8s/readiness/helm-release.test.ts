import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { live } from "../../../tests/samples/kubernetes.ts";
import { factsOf, holds, newestRelease } from "./helm-release.ts";

const release = (name: string, version: string, content: object) =>
  live("Secret", `sh.helm.release.v1.${name}.v${version}`, {
    metadata: { labels: { owner: "helm", name, version, status: "deployed" } },
    data: { release: btoa(gzipSync(JSON.stringify(content)).toString("base64")) },
  });

test("the newest revision is that with the highest number, not the last by name", () => {
  const all = ["9", "10", "2"].map((version) => release("loki", version, {}));
  const found = newestRelease([...all, release("other", "11", {})], { name: "loki", namespace: "app" });
  expect(found?.metadata.labels?.["version"]).toBe("10");
  expect(newestRelease(all, { name: "loki", namespace: "elsewhere" })).toBeUndefined();
});

test("its workloads are those of its manifest, in the namespace that each says", () => {
  const manifest = `---
# Source: a
apiVersion: v1
kind: Service
metadata: { name: web }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: nodes, namespace: logging }
`;
  const facts = factsOf(
    release("x", "1", { manifest, config: { a: 1 }, chart: { metadata: { version: "1.2" } } }),
  );
  expect(facts).toMatchObject({ values: { a: 1 }, chartVersion: "1.2" });
  expect(facts.workloads.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)).toEqual([
    "Deployment app/web",
    "DaemonSet logging/nodes",
  ]);
});

test("what cannot be read has nothing", () => {
  expect(factsOf(live("Secret", "x", { data: { release: "!" } })).workloads).toEqual([]);
});

test.each([
  [{ a: { b: 1, c: 2 } }, { a: { b: 1 } }, true],
  [{ a: { b: 1 } }, { a: { b: 2 } }, false],
  [{}, { a: { b: 1 } }, false],
  [{ a: [1, 2] }, { a: [1] }, false],
  [{ a: null }, { a: null }, true],
  [{}, {}, true],
])("%j holds %j: %p", (values, wanted, expected) => expect(holds(values, wanted)).toBe(expected));
