import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freshName } from "../../k8s/open.ts";
import type { Desk } from "../metal/cluster.ts";

/**
 * One command for all of it, on nodes where pods only say that they run: Kafka and MongoDB are elsewhere, and answer
 * nobody, so that the proof is not to be had.
 */
export function wholeSuite(deskNow: () => Desk): void {
  const names = { platform: freshName(), app: freshName(), monitoring: freshName(), logging: freshName() };
  const settings = {
    kafka: { bootstrap: "127.0.0.1:9" },
    deploy: {
      ...{
        profile: "small",
        image: "either:1",
        namespaces: names,
        monitoring: { enabled: false },
        timeout: "60s",
      },
      ...{ processor: { min: 1, max: 1 }, producers: { min: 1, max: 1 } },
      ...{ kafka: { enabled: false, secret: "our-kafka" }, mongo: { enabled: false, secret: "our-mongo" } },
    },
  };
  const closed = {
    network: { admins: ["127.0.0.1"], whoAmI: "none", api: "tunnel" },
    workers: [{ count: 1 }],
  };

  test("provision goes on to deploy and verify, tells each step, and ends with what is not proven", async () => {
    const desk = deskNow();
    desk.write(closed, undefined, settings);
    const kubeconfig = join(desk.folder, "whole");
    const line = "provision --yes --deploy --verify-within 1s --output ndjson";
    const env = { KUBECONFIG: kubeconfig };
    const { out, code, notes } = await desk.type(line, { env });
    const events = out.split("\n").map((text) => JSON.parse(text));
    const steps = events.filter(({ type }) => type === "step.start").map(({ step }) => step);
    expect(steps.slice(-3)).toEqual(["kubeconfig", "deploy", "verify"]);
    expect(readFileSync(kubeconfig, "utf8")).toContain("ca3.dev/tunnel");
    const changes = events.filter(({ type }) => type === "deploy.change").map(({ what }) => what);
    expect(changes.some((what) => what.includes(`Deployment ${names.app}/processor`))).toBe(true);
    const checks = events.filter(({ type }) => type === "check.done");
    expect(
      checks.find(({ check }) => check === "cluster.nodes-ready" || check.startsWith("cluster.")),
    ).toBeDefined();
    expect(notes).toContain("CA3_NOT_PROVEN");
    expect(notes).toContain("ca3 verify --context ca3");
    expect(notes).toContain("resume:  ca3 provision --deploy");
    expect(code).toBe(3);

    // what is done stays done
    expect(await desk.type("diff --context ca3", { env })).toMatchObject({ code: 0 });
  }, 240_000);

  test("machines alone cannot be deployed to", async () =>
    expect(await deskNow().type("provision --yes --deploy --machines-only")).toMatchObject({ code: 2 }));

  test.each([
    ["--deploy --verify-skip kafak", "--verify-skip kafak fits no check", "did you mean kafka?"],
    ["--verify-skip kafka", "--verify-skip needs --deploy", "ca3 provision --deploy --verify-skip kafka"],
  ])("provision %s is refused before anything is made", async (flags, message, hint) => {
    const { code, notes } = await deskNow().type(`provision --yes ${flags}`);
    expect({ code, notes }).toMatchObject({ code: 2, notes: expect.stringContaining(message) });
    expect(notes).toContain(hint);
  });
}
