import { describe, expect, test } from "bun:test";
import { until } from "../looks.ts";
import type { Stage } from "../stage.ts";
import { verify } from "../verified.ts";

/** Every area that this cluster has. */
const AREAS = [
  "kafka",
  "mongo",
  "processor",
  "producers",
  "workflow",
  "cluster",
  "release",
  "hpa",
  "security",
];

/** Everything is well but what this cluster lacks: whoever enforces policies, and monitoring. */
export async function expectAllWell(stage: Stage): Promise<void> {
  await until(
    "all is ready",
    () => stage.ca3("status"),
    (status) => status.code === 0,
  );
  const { code, problems, having } = await verify(stage);
  expect([code, having("fail", "warn", "error")]).toEqual([3, ["security.network-enforced"]]);
  expect(having("skip").every((id) => /^(metrics|logs)\./.test(id))).toBe(true);
  for (const area of AREAS) expect(having("pass").some((id) => id.startsWith(`${area}.`))).toBe(true);
  expect(problems["security.network-enforced"]).toMatchObject({
    seen: expect.stringContaining("NetworkPolic"),
    do: expect.any(String),
  });
}

/** What `ca3 verify` says of a cluster that works. */
export function verifyingSuite(stage: Stage): void {
  describe("ca3 verify", () => {
    test("finds everything well but what this cluster lacks", () => expectAllWell(stage), 120_000);
  });
}
