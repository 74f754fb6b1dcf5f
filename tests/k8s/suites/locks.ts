import { describe, expect, test } from "bun:test";
import { KubeClient } from "../../../src/k8s/client/client.ts";
import { wasRefusedWith } from "../../../src/k8s/client/http.ts";
import { takeLock } from "../../../src/k8s/deploy-lock.ts";
import { removeAndWait } from "../../../src/k8s/remove.ts";
import { systemClock } from "../../../src/support/clock.ts";
import type { ApiServer } from "../../cluster/kit/api-server.ts";
import { until } from "../../entrypoints/rig.ts";
import { freshNamespace, openClient, resources, setAs } from "../open.ts";

/** One deployment at a time, and what the API server warns about. */
export function lockSuite(api: ApiServer): void {
  const client = openClient(api.kubeconfig);
  const signal = new AbortController().signal;
  const take = (holder: string, breakIt = false, as: KubeClient = client) =>
    takeLock(as, { holder, breakIt, signal });
  const held = async () => (await client.list(resources.leases, { namespace: "ca3-system" })).objects;

  describe("the lock of a deployment", () => {
    test("is had by one, who is named to the others with a way out, and given back", async () => {
      {
        await using _first = await take("ann@laptop, process 1");
        await expect(take("bob@desk, process 2")).rejects.toMatchObject({
          code: "CA3_KUBE_LOCKED",
          message: expect.stringMatching(
            /^ann@laptop, process 1 has been changing the deployment in cluster test for .+, and last confirmed it .+ ago$/,
          ),
          hint: expect.stringContaining("--break-lock"),
        });
      }
      expect(await held()).toEqual([]);
      await using _second = await take("bob@desk, process 2");
    });

    test("of one who died is taken after a minute without a word, not before", async () => {
      const lease = async (agoMs: number) =>
        client.apply(
          {
            ...{ apiVersion: "coordination.k8s.io/v1", kind: "Lease" },
            metadata: { namespace: "ca3-system", name: "ca3-deploy" },
            spec: {
              ...{ holderIdentity: "dead", leaseDurationSeconds: 60 },
              renewTime: new Date(Date.now() - agoMs).toISOString().replace("Z", "000Z"),
            },
          },
          { force: true },
        );
      await lease(30_000);
      await expect(take("bob")).rejects.toMatchObject({ code: "CA3_KUBE_LOCKED" });
      await lease(61_000);
      await using _lock = await take("bob");
      expect((await held())[0]).toMatchObject({ spec: { holderIdentity: "bob" } });
    });

    test("that is broken is not given back by who had it", async () => {
      const first = await take("ann");
      await using _second = await take("bob", true);
      await first[Symbol.asyncDispose]();
      expect((await held())[0]).toMatchObject({ spec: { holderIdentity: "bob" } });
      await expect(take("cleo")).rejects.toMatchObject({ message: expect.stringMatching(/^bob has/) });
    });

    test("is not lost when something else about it was written, and is when somebody has broken it", async () => {
      await using lock = await take("ann", false, hasty(client));
      const renewed = async () => {
        const [before] = await held();
        await until("it is renewed", async () => !Bun.deepEquals(before, (await held())[0]));
      };
      for (let times = 0; times < 3; times++) {
        await setAs(client, "somebody", (await held())[0]!, {
          metadata: { annotations: { seen: String(times) } },
        });
        await renewed();
      }
      expect(lock.lost.aborted).toBe(false);
      await using broken = new AsyncDisposableStack();
      // It is renewed so often here that it may be just then.
      await until("it is broken", async () => {
        const second = await take("bob", true).catch(() => undefined);
        return second !== undefined && broken.use(second) === second;
      });
      await until("it is lost", () => lock.lost.aborted);
    });

    test("is given back when something else about it was written last", async () => {
      {
        await using _lock = await take("ann");
        await setAs(client, "somebody", (await held())[0]!, { metadata: { annotations: { seen: "once" } } });
      }
      expect(await held()).toEqual([]);
    });

    test("is had by who made it when the answer to that was lost, and given back", async () => {
      {
        await using lock = await take("ann", false, repeating(client));
        expect(lock.lost.aborted).toBe(false);
        await expect(take("bob")).rejects.toMatchObject({ code: "CA3_KUBE_LOCKED" });
      }
      expect(await held()).toEqual([]);
    });

    test("goes to one of many who ask at once", async () => {
      const asked = await Promise.allSettled(Array.from({ length: 6 }, (_one, n) => take(`user-${n}`)));
      const got = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      for (const one of got) await one[Symbol.asyncDispose]();
      expect(got).toHaveLength(1);
    });
  });

  test("what the API server warns about is kept, each once", async () => {
    const asking = openClient(api.kubeconfig);
    const namespace = await freshNamespace(asking);
    const twice = {
      ...{ apiVersion: "v1", kind: "Endpoints", metadata: { namespace, name: "old" } },
      subsets: [],
    };
    await asking.apply(twice);
    await asking.apply(twice);
    expect([...asking.http.warnings]).toEqual([expect.stringContaining("Endpoints is deprecated")]);
  });
}

/** A client for which no wait is long. */
function hasty({ http }: KubeClient): KubeClient {
  const sleep = (ms: number, stop?: AbortSignal) => systemClock.sleep(Math.min(ms, 20), stop);
  return new KubeClient(http, { ...systemClock, sleep });
}

/** A client that makes each object twice, as one does that got no answer the first time. */
function repeating({ http }: KubeClient): KubeClient {
  const json: typeof http.json = async (request) => {
    if (request.method === "POST") await http.json(request).catch(() => undefined);
    return await http.json(request);
  };
  const text: typeof http.text = (request) => http.text(request);
  return new KubeClient(Object.assign(Object.create(http) as typeof http, { json, text }), systemClock);
}

/** Needs the controller that empties namespaces, and takes away the one in which ca3 remembers things. */
export function lastLockSuite(api: ApiServer): void {
  const client = openClient(api.kubeconfig);

  test("the lock of a deployment is not lost to somebody else when the namespace that holds it goes", async () => {
    const signal = new AbortController().signal;
    const patient = hasty(client);
    const json: typeof client.http.json = patient.http.json.bind(patient.http);
    let isRefused = false;
    let isExplained = false;
    const seen: typeof json = async (request) => {
      try {
        return await json(request);
      } catch (error) {
        isRefused ||= request.method === "PATCH" && wasRefusedWith(error, 404);
        throw error;
      } finally {
        isExplained ||= isRefused && request.method !== "PATCH";
      }
    };
    const watched = Object.assign(Object.create(patient.http) as typeof client.http, { json: seen });
    await using lock = await takeLock(new KubeClient(watched, patient.clock), {
      ...{ holder: "ann", breakIt: false, signal },
    });
    const home = { apiVersion: "v1", kind: "Namespace", name: "ca3-system" };
    const { uid } = (await client.get(home))!.metadata;
    await removeAndWait(client, home, { uid, propagation: "Foreground", signal });
    await until("it could not be renewed, and was looked for", () => isExplained);
    expect(lock.lost.aborted).toBe(false);
  }, 60_000);
}
