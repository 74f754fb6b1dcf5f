import { describe, expect, test } from "bun:test";
import { Compile } from "typebox/compile";
import { endpoints } from "../../src/processor/http/endpoints/all.ts";
import { testApi } from "./api.ts";

type Node = { [key: string]: Node } & Node[];
const api = await testApi();
const document = (await api.read("/openapi.json")) as unknown as Node & { openapi: string };

const nodes = function* (node: unknown): Generator<Node> {
  if (typeof node !== "object" || node === null) return;
  yield node as Node;
  for (const inner of Object.values(node)) yield* nodes(inner);
};

test("the document is OpenAPI 3.1 and describes every route of the app, and no other", () => {
  expect(document.openapi).toBe("3.1.0");
  const routes = api.app.routes
    .filter((route) => route.path !== "/*")
    .map((route) => `${route.method.toLowerCase()} ${route.path.replace(/:(\w+)\{.+\}/, "{$1}")}`);
  const described = Object.entries(document["paths"]!).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(described.sort()).toEqual([...new Set(routes)].sort());
});

test("every reference leads somewhere, and no schema carries an identity of its own", () => {
  const references = [...nodes(document)]
    .map((node) => node["$ref"] as unknown)
    .filter((ref) => ref !== undefined);
  expect(references.length).toBeGreaterThan(50);
  for (const reference of references) {
    const names = String(reference).replace(/^#\//, "").split("/");
    expect(
      names.reduce<Node | undefined>((node, name) => node?.[name], document),
      String(reference),
    ).toBeDefined();
  }
  expect([...nodes(document)].filter((node) => "$id" in node)).toEqual([]);
});

test("operation ids are unique, and every parameter and answer is described", () => {
  const operations = Object.values(document["paths"]!).flatMap((methods) => Object.values(methods));
  const ids = operations.map((one) => one["operationId"]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const operation of operations)
    for (const response of Object.values(operation["responses"]!))
      expect(response["description"]).toBeTruthy();
  for (const parameter of operations.flatMap((one) => one["parameters"] ?? []))
    expect(parameter["name"]).toBeTruthy();
});

describe("the schema that is published is the one that checks", () => {
  const published = document["components"]!["schemas"]!;
  /** Puts the referenced schemas back, as a reader of the document does. */
  const whole = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(whole);
    if (typeof node !== "object" || node === null) return node;
    const reference = (node as Record<string, unknown>)["$ref"];
    if (typeof reference === "string") return whole(published[reference.split("/").at(-1)!]);
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, whole(value)]));
  };

  test.each(
    endpoints.filter((one) => one.media === undefined && !one.pathParameter).map((one) => [one.path]),
  )("%s", async (path) => {
    const schema =
      document["paths"]![path]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"];
    const query = path.endsWith("/groups") ? "?by=gpu" : "";
    expect(Compile(whole(schema) as never).Check(await api.read(`${path}${query}`))).toBe(true);
  });
});
