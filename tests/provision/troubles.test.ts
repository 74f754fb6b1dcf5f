import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProgressEvent } from "../../src/provision/run/progress.ts";
import { openNet } from "./net.ts";
import { onHosts } from "./on-hosts.ts";

const net = await openNet().catch((error: Error) => error);
const folder = mkdtempSync(join(tmpdir(), "ca3-trouble-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Deadlines of minutes come after seconds, and a dead connection shows after four. */
const IMPATIENT = { times: 100, patience: { connectMs: 2_000, keepaliveMs: 1_000 } };
const ONE = { workers: [{ count: 0 }] };

/** Calls back when the run says what it waits for. */
const whenSaid = (pattern: RegExp, work: () => unknown) => {
  let done = false;
  return (event: ProgressEvent) => {
    if (done || event.type !== "step.progress" || !pattern.test(event.reason)) return;
    done = true;
    void work();
  };
};
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: Error & { hint?: string; code?: string }) => error,
  );
const reasons = (events: readonly ProgressEvent[]) =>
  events.flatMap((event) => (event.type === "step.progress" ? [event.reason] : []));

if (net instanceof Error) test.skip(`no networks to cut here: ${net.message}`, () => {});
else
  await onHosts(net, (fleet) => {
    const { run, k3s, lose } = fleet;
    const file = (name: string, megabytes: number) => {
      const path = join(folder, name);
      writeFileSync(path, Buffer.alloc(megabytes * 1024 * 1024, name));
      return path;
    };

    test("a worker is reached through the control plane alone", async () => {
      await run({ workers: [{ count: 1 }] });
      const from = (text: string) =>
        new Set([...text.matchAll(/Connection from ([\d.]+)/g)].map(([, address]) => address));
      const { seen } = await run({ workers: [{ count: 1 }] });
      const control = seen.nodes.find(({ name }) => name === "cp-1")!.privateAddress!;
      expect(from((await fleet.hosts.of("default-1")).output())).toEqual(new Set([control]));
      expect(from((await fleet.hosts.of("cp-1")).output())).toContain(`${net.prefix}.1`);
    }, 120_000);

    test("another host key than the one of the user data stops the run at once", async () => {
      fleet.hosts.plans.set("cp-1", { strangeKey: true });
      const error = await failureOf(run(ONE));
      expect(error).toMatchObject({ code: "CA3_HOST_KEY", message: expect.stringContaining("is expected") });
      expect(error!.hint).toContain("ca3:hostkey");
      fleet.hosts.plans.clear();
      await lose("cp-1");
      await run(ONE);
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1"]);
    }, 120_000);

    test("an SSH server that hangs is named; when it goes on, so does the run", async () => {
      await run(ONE);
      const host = await fleet.hosts.of("cp-1");
      await host.signal("STOP");
      const goOn = whenSaid(/its SSH server hangs/, () => host.signal("CONT"));
      const { events } = await run(ONE, { patience: IMPATIENT.patience, on: goOn });
      expect(reasons(events).join()).toContain("it accepts the connection but does not answer");
      await host.signal("STOP");
      expect(await failureOf(run(ONE, IMPATIENT))).toMatchObject({
        code: "CA3_REMOTE",
        message: expect.stringContaining("for 5 min"),
        hint: expect.stringContaining("reboot cp-1"),
      });
      await host.signal("CONT");
      await run(ONE);
    }, 120_000);

    test("a link that drops in mid-upload: the same run goes on when it is back, else the next one does", async () => {
      const image = file("large.tar", 96);
      const part = async () => {
        const { root } = await fleet.hosts.of("cp-1");
        return join(root, "var/lib/rancher/k3s/agent/images/large.tar.part");
      };
      const cutInTheMiddle = async () => {
        const path = await part();
        while ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < 1024 * 1024) await Bun.sleep(1);
        await net.plug("cp-1", false);
      };
      const wanted = { ...ONE, k3s: { ...k3s, images: [image] } };
      const cut = whenSaid(/sending large.tar/, cutInTheMiddle);
      const failed = await failureOf(run(wanted, { ...IMPATIENT, on: cut }));
      expect(failed).toMatchObject({ code: "CA3_REMOTE", message: expect.stringContaining("cp-1") });
      expect(failed!.hint).toContain("cluster.network.admins");
      expect(statSync(await part()).size).toBeLessThan(96 * 1024 * 1024);

      await net.plug("cp-1", true);
      const again = whenSaid(/sending large.tar/, cutInTheMiddle);
      const mend = whenSaid(/connection broke; connecting again/, () => net.plug("cp-1", true));
      const { events } = await run(wanted, {
        patience: IMPATIENT.patience,
        on: (event) => {
          again(event);
          mend(event);
        },
      });
      expect(reasons(events).join()).toContain("the connection broke; connecting again");
      const images = join((await part()).slice(0, -"/large.tar.part".length));
      expect(readdirSync(images)).toEqual(["large.tar"]);
      expect(statSync(join(images, "large.tar")).size).toBe(96 * 1024 * 1024);
    }, 180_000);

    test("a full disk is named with its machine; with room, the next run completes", async () => {
      fleet.hosts.plans.set("cp-1", { diskMb: 24 });
      const wanted = { ...ONE, k3s: { ...k3s, images: [file("fat.tar", 40)] } };
      expect(await failureOf(run(wanted))).toMatchObject({
        code: "CA3_REMOTE",
        message: expect.stringContaining("cp-1: the upload of fat.tar: its disk is full"),
        hint: expect.stringContaining("ca3 exec --node cp-1 -- df -h"),
      });
      await (await fleet.hosts.of("cp-1")).enlarge(200);
      await run(wanted);
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1"]);
    }, 120_000);

    test("a user who may not use sudo is named with the setting; then the same machine is gone on with", async () => {
      fleet.hosts.plans.set("cp-1", { files: ["run/no-sudo"] });
      expect(await failureOf(run(ONE))).toMatchObject({
        message: expect.stringContaining("may not use sudo without a password"),
        hint: expect.stringContaining("cluster.access.user"),
      });
      rmSync(join((await fleet.hosts.of("cp-1")).root, "run/no-sudo"));
      await run(ONE);
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1"]);
      expect(await failureOf(run({ ...ONE, access: { user: "nobody-here" } }, IMPATIENT))).toMatchObject({
        message: expect.stringContaining("nobody-here is not let in with this key"),
        hint: expect.stringContaining("cluster.access.user"),
      });
    }, 120_000);

    test("a slow boot is waited for, and said", async () => {
      const powered = Promise.withResolvers<void>();
      fleet.hosts.plans.set("cp-1", { after: powered.promise, files: ["run/first-boot"] });
      const power = whenSaid(/cannot sign in to cp-1/, () => powered.resolve());
      const booted = whenSaid(/cp-1: its first boot is not finished/, async () => {
        while (fleet.hosts.said("booting") === "") await Bun.sleep(10);
        rmSync(join((await fleet.hosts.of("cp-1")).root, "run/first-boot"));
      });
      const { events } = await run(ONE, {
        patience: { connectMs: 2_000, keepaliveMs: 5_000 },
        on: (event) => {
          power(event);
          booted(event);
        },
      });
      expect(reasons(events)[0]).toBeDefined();
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1"]);
    }, 120_000);

    test("an address that is kept out is told of the admins", async () => {
      await run(ONE);
      await net.shun("cp-1", true);
      expect(await failureOf(run(ONE, IMPATIENT))).toMatchObject({
        message: expect.stringContaining("no answer"),
        hint: expect.stringContaining("cluster.network.admins"),
      });
      await net.shun("cp-1", false);
    }, 120_000);

    test("a control plane that is lost while it joins is named; the next run replaces it", async () => {
      const three = { controlPlane: { count: 3 }, workers: [{ count: 0 }] };
      let lost: Promise<string> | undefined;
      const strike = whenSaid(/cp-2 joins/, () => {
        lost = lose("cp-2");
      });
      const error = await failureOf(run(three, { ...IMPATIENT, on: strike }));
      expect(error).toMatchObject({ code: "CA3_REMOTE", message: expect.stringContaining("cp-2") });
      await lost;
      const { plan } = await run(three);
      expect(plan).toEqual([]);
      expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1", "ca3-cp-2", "ca3-cp-3"]);
    }, 180_000);

    describe("Ctrl-C on the machines", () => {
      test("ends the run at once, and the next one completes it", async () => {
        const stop = new AbortController();
        const on = whenSaid(/cp-1: its first boot is not finished/, () => stop.abort());
        fleet.hosts.plans.set("cp-1", { files: ["run/first-boot"] });
        expect(await failureOf(run(ONE, { on, stop: stop.signal }))).toMatchObject({
          code: "CA3_INTERRUPTED",
        });
        rmSync(join((await fleet.hosts.of("cp-1")).root, "run/first-boot"));
        await run(ONE);
        expect(fleet.hosts.nodes()).toEqual(["ca3-cp-1"]);
      }, 120_000);
    });
  });
