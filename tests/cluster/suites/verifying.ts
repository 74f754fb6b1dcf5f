import { describe, expect, test } from "bun:test";
import { until } from "../looks.ts";
import type { Stage } from "../stage.ts";

type Check = {
  readonly id: string;
  readonly result: string;
  readonly problems: readonly { readonly seen: string; readonly do: string }[];
};

/** What `ca3 verify` says of a cluster that works. */
export function verifyingSuite(stage: Stage): void {
  describe("ca3 verify", () => {
    test("finds everything well but what this cluster lacks: whoever enforces policies, and monitoring", async () => {
      await until(
        "all is ready",
        () => stage.ca3("status"),
        (status) => status.code === 0,
      );
      const { code, out, err } = await stage.ca3("verify --cluster --skip scale --output json");
      if (out === "") throw new Error(err);
      const { checks } = JSON.parse(out) as { checks: Check[] };
      const having = (result: string) => checks.filter((one) => one.result === result).map(({ id }) => id);
      const fine = having("pass");
      expect([code, having("fail"), having("warn"), having("error")]).toEqual([
        ...[3, ["security.network-enforced"], [], []],
      ]);
      expect(having("skip").every((id) => /^(metrics|logs)\./.test(id))).toBe(true);
      const areas = [
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
      for (const area of areas) expect(fine.some((id) => id.startsWith(`${area}.`))).toBe(true);
      const open = checks.find(({ id }) => id === "security.network-enforced")!;
      expect(open.problems[0]).toMatchObject({
        seen: expect.stringContaining("NetworkPolic"),
        do: expect.any(String),
      });
    }, 120_000);
  });
}
