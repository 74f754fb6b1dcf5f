import { describe, expect, test } from "bun:test";
import type { Change } from "../../../src/k8s/client/watch.ts";
import type { ApiServer } from "../../cluster/kit/api-server.ts";
import { FaultProxy } from "../../faults/real/proxy.ts";
import { configMap, freshNamespace, openClient, resources } from "../open.ts";

export function watchSuite(api: ApiServer): void {
  describe("a watch", () => {
    const admin = openClient(api.kubeconfig);

    const remove = (namespace: string, name: string) =>
      admin.delete({ apiVersion: "v1", kind: "ConfigMap", namespace, name }, { propagation: "Background" });

    /** Collects what a watch says until the test is over. */
    function follow(client: typeof admin, namespace: string, openSeconds?: number) {
      const stop = new AbortController();
      const said: string[] = [];
      const troubles: string[] = [];
      const ended = (async () => {
        const options = {
          signal: stop.signal,
          onTrouble: (error: Error) => troubles.push(error.message),
          ...(openSeconds === undefined ? {} : { openSeconds }),
        };
        for await (const change of client.watch(resources.configMaps, { namespace }, options))
          if (!isRootCa(change)) said.push(describeChange(change));
      })();
      const until = async (line: string) => {
        while (!said.includes(line))
          await Promise.race([Bun.sleep(20), ended.then(() => Promise.reject(new Error("ended")))]);
      };
      return {
        ...{ said, troubles, until },
        async stop() {
          stop.abort();
          await ended;
        },
      };
    }

    test("tells what there is, then every change, and ends when it is told to", async () => {
      const namespace = await freshNamespace(admin);
      await admin.apply(configMap(namespace, "a", { v: "1" }));
      const watch = follow(admin, namespace);
      await watch.until("synced");
      await admin.apply(configMap(namespace, "b", { v: "1" }));
      await admin.apply(configMap(namespace, "a", { v: "2" }));
      await remove(namespace, "b");
      await watch.until("gone b");
      await watch.stop();
      expect(watch.said).toEqual(["present a 1", "synced", "present b 1", "present a 2", "gone b"]);
    });

    test("goes on where it was when its request ends, without telling anything twice", async () => {
      const namespace = await freshNamespace(admin);
      await admin.apply(configMap(namespace, "a", { v: "1" }));
      const watch = follow(admin, namespace, 1);
      await watch.until("synced");
      for (let v = 2; v <= 6; v++) {
        await admin.apply(configMap(namespace, "a", { v: String(v) }));
        await Bun.sleep(450);
      }
      await watch.until("present a 6");
      await watch.stop();
      expect(watch.said).toEqual(["present a 1", "synced", ...[2, 3, 4, 5, 6].map((v) => `present a ${v}`)]);
    });

    test("finds out what happened while the link was cut", async () => {
      const namespace = await freshNamespace(admin);
      await using proxy = await FaultProxy.open(api.port);
      const client = openClient(api.configFor("proxied.yaml", { server: `https://127.0.0.1:${proxy.port}` }));
      await admin.apply(configMap(namespace, "kept", { v: "1" }));
      await admin.apply(configMap(namespace, "lost", { v: "1" }));
      const watch = follow(client, namespace);
      await watch.until("synced");
      await proxy.refuse();
      await admin.apply(configMap(namespace, "kept", { v: "2" }));
      await remove(namespace, "lost");
      await admin.apply(configMap(namespace, "new", { v: "1" }));
      while (watch.troubles.length === 0) await Bun.sleep(20);
      await proxy.heal();
      await watch.until("present new 1");
      await watch.until("gone lost");
      await watch.until("present kept 2");
      await watch.stop();
      expect(watch.said.filter((line) => line === "present kept 1")).toHaveLength(1);
      expect(watch.troubles[0]).toMatch(/cluster test at .* cannot be reached/);
    });

    test("lists anew when the server has forgotten where it was, and tells only the difference", async () => {
      const namespace = await freshNamespace(admin);
      await using proxy = await FaultProxy.open(api.port);
      const client = openClient(
        api.configFor("forgetful.yaml", { server: `https://127.0.0.1:${proxy.port}` }),
      );
      await admin.apply(configMap(namespace, "same", { v: "1" }));
      await admin.apply(configMap(namespace, "lost", { v: "1" }));
      const watch = follow(client, namespace);
      await watch.until("synced");
      await proxy.refuse();
      await remove(namespace, "lost");
      await admin.apply(configMap(namespace, "later", { v: "1" }));
      // A new server knows no change from before its start, so it answers that the watch is too old.
      await api.crash();
      await api.restart();
      await proxy.heal();
      await watch.until("gone lost");
      await watch.until("present later 1");
      await watch.stop();
      expect(watch.said.filter((line) => line === "present same 1")).toHaveLength(1);
      expect(watch.said.filter((line) => line === "synced")).toHaveLength(2);
    });

    test("of a server that stays away ends with the reason", async () => {
      const namespace = await freshNamespace(admin);
      await using proxy = await FaultProxy.open(api.port);
      const client = openClient(api.configFor("away.yaml", { server: `https://127.0.0.1:${proxy.port}` }));
      const options = { signal: new AbortController().signal, patienceMs: 500 };
      const watch = client.watch(resources.configMaps, { namespace }, options);
      await watch.next();
      await proxy.refuse();
      const rest = (async () => {
        for await (const _ of watch);
      })();
      await expect(rest).rejects.toMatchObject({ code: "CA3_KUBE_UNREACHABLE" });
    });
  });
}

/** A config map that Kubernetes puts into every namespace when its controllers run. */
const isRootCa = (change: Change) =>
  change.type !== "synced" && change.object.metadata.name === "kube-root-ca.crt";

const describeChange = (change: Change): string =>
  change.type === "synced"
    ? "synced"
    : change.type === "gone"
      ? `gone ${change.object.metadata.name}`
      : `present ${change.object.metadata.name} ${(change.object["data"] as { v: string }).v}`;
