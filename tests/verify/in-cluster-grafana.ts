import { expect, test } from "bun:test";
import { readyPod } from "../k8s/pretend-streams.ts";
import type { Pipeline } from "./in-cluster.ts";
import { saying, told, verify } from "./verified.ts";

/** What `ca3 verify` says of a Grafana, played by a server that answers who may sign in. */
export function grafanaSuite({ client, streams, around }: Pipeline): void {
  test("Grafana that lets strangers in is told of", async () => {
    let [anonymous, admin] = [401, 401];
    using grafana = Bun.serve({
      port: 0,
      fetch: ({ headers }) =>
        new Response("", {
          status:
            headers.get("authorization") === `Basic ${btoa("admin:prom-operator")}`
              ? admin
              : headers.has("authorization")
                ? 401
                : anonymous,
        }),
    });
    const labels = { "app.kubernetes.io/name": "grafana" };
    await client.apply({
      ...{ apiVersion: "v1", kind: "Service" },
      metadata: { namespace: "monitoring", name: "grafana", labels },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 3000 }] },
    });
    await readyPod(client, { node: "node-1", namespace: "monitoring", name: "grafana-0", of: "grafana" });
    streams.leads.set("grafana-0:3000", grafana.port!);
    const ask = () => verify(["--cluster", "--only", "metrics.grafana-login"], around);
    expect((await ask()).results["metrics.grafana-login"]).toBe("pass");
    admin = 200;
    expect(told(await ask())).toEqual({
      "metrics.grafana-login": saying(
        /^Grafana lets admin in with a password that everybody knows$/,
        "ca3 secrets rotate grafana-admin",
      ),
    });
    [anonymous, admin] = [200, 401];
    expect(told(await ask())).toEqual({
      "metrics.grafana-login": saying(/^Grafana answers without a user$/, "auth.anonymous"),
    });
    await client.delete({ apiVersion: "v1", kind: "Pod", namespace: "monitoring", name: "grafana-0" });
    expect(told(await ask())).toEqual({
      "metrics.grafana-login": saying(/^no pod of grafana is ready /, "ca3 status"),
    });
  }, 60_000);
}
