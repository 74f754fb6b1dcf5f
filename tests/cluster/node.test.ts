import { expect, test } from "bun:test";
import { withService } from "../services/require.ts";
import { startNode } from "./kit/node/node.ts";

await withService("cluster-node", startNode, ({ client }) => {
  test("is there", async () => {
    expect(await client.get({ apiVersion: "v1", kind: "Node", name: "node-1" })).toBeDefined();
  });
});
