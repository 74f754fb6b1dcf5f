import { describe, expect, test } from "bun:test";
import { execInPod } from "../../../src/k8s/client/exec.ts";
import { getThroughService } from "../../../src/k8s/client/service-proxy.ts";
import { openApi } from "../api.ts";
import { isReady, podsOf } from "../looks.ts";
import type { Stage } from "../stage.ts";

/** What a person reaches through the API server, on pods that run. */
export function reachingSuite(stage: Stage): void {
  const { http } = stage.node.client;
  const signal = new AbortController().signal;

  describe("a running pod", () => {
    test("has logs, of which ca3 logs prints those that were asked for", async () => {
      const { code, out } = await stage.ca3("logs processor kafka --tail 50 --timestamps");
      expect(code).toBe(0);
      const lines = out.trim().split("\n");
      const seen = lines.map((line) => line.split(" ")).map(([time, source]) => ({ time: time!, source }));
      // Within one container the runtime may write what went to stdout and to stderr the other way round.
      const early = seen.filter((one, at) => {
        const before = seen[at - 1];
        return before !== undefined && before.source !== one.source && one.time < before.time;
      });
      expect(early).toEqual([]);
      expect(new Set(seen.map(({ source }) => source)).size).toBeGreaterThan(1);
      expect(out).toMatch(/processor-\w+-\w+\/processor \{"ts":/);
      expect(out).toContain("kafka-0/kafka ");
      const some = await stage.ca3("logs processor --grep starting");
      expect(some.out).toMatch(/Processor is starting/);
      expect(some.out).not.toMatch(/opening its log/);
    });

    test("is followed until Ctrl-C", async () => {
      await using following = stage.start("logs kafka-setup processor --follow --tail 5");
      await following.line(/processor/);
      expect(await following.interrupt()).toBe(130);
    });

    test("runs programs, whose output, input and end are told apart", async () => {
      const where = { namespace: "platform", pod: "kafka-0", container: "kafka", signal };
      const run = (script: string, input?: string) =>
        execInPod(http, {
          ...where,
          command: ["/bin/sh", "-c", script],
          ...(input === undefined ? {} : { input }),
        });
      expect(await run("echo to you; echo to nobody >&2; exit 7")).toEqual({
        ...{ code: 7, stdout: "to you\n", stderr: "to nobody\n" },
      });
      const long = "a line\n".repeat(20_000);
      expect(await run("cat", long)).toEqual({ code: 0, stdout: long, stderr: "" });
      await expect(execInPod(http, { ...where, container: "no-such", command: ["true"] })).rejects.toThrow(
        /no-such/,
      );
    });

    test("is seen through a tunnel, page and API, and by nobody without the token", async () => {
      await using api = await openApi(stage);
      expect(await (await fetch(api.url)).text()).toContain("<!doctype html>");
      expect((await api.get("/api/v1/totals", "a guess")).status).toBe(401);
      const asked = await Promise.all(Array.from({ length: 20 }, () => api.get("/api/v1/status")));
      expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    });

    test("answers through its Service", async () => {
      const ask = (path: string) =>
        getThroughService(http, { namespace: "app", service: "processor", port: "http", path });
      expect(JSON.parse(await ask("/health"))).toMatchObject({ status: "ok" });
      await expect(ask("/api/v1/totals")).rejects.toThrow(/^Service app\/processor answers 401 to/);
    });

    test("has no shell of ours, and no token of the API server", async () => {
      const pods = [
        ...(await podsOf(stage, "app", "processor")),
        ...(await podsOf(stage, "app", "producers")),
      ];
      expect(pods.filter(isReady).length).toBeGreaterThan(1);
      for (const { metadata } of pods.filter(isReady)) {
        const container = metadata.name.startsWith("processor") ? "processor" : "producer";
        const shell = execInPod(http, {
          ...{ namespace: "app", pod: metadata.name, container, command: ["/bin/sh", "-c", "true"], signal },
        });
        await expect(shell).rejects.toThrow(/no such file/);
      }
    });
  });
}
