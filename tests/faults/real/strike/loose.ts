import type { Fault, LooseKind } from "../plan/fault.ts";
import type { Child } from "../world/child.ts";
import { guestSlots, processorSlots, producerSlots } from "../world/stage.ts";
import { skewEnv, type World } from "../world/world.ts";
import { deadLettersRefused } from "./dead-letter-topic.ts";
import { comeAndGo } from "./members.ts";
import { forAWhile, oneOf, someProcessor, someProducer } from "./victims.ts";

/** A broker or the store. */
type AnyServer = Pick<World["stage"]["store"], "up" | "kill" | "revive" | "pause" | "resume"> & {
  readonly now: { readonly pid: number };
};
type Act = (world: World, fault: Pick<Fault, "lastsMs" | "pick">) => Promise<void>;

async function asleep(child: Child | undefined, lastsMs: number): Promise<void> {
  const pid = child?.pid;
  child?.signal("SIGSTOP");
  await Bun.sleep(lastsMs);
  if (child?.pid === pid) child?.signal("SIGCONT");
}

async function dead(server: AnyServer, lastsMs: number): Promise<void> {
  if (!server.up) return;
  await server.kill();
  await Bun.sleep(lastsMs);
  await server.revive();
}

async function paused(server: AnyServer, lastsMs: number): Promise<void> {
  if (!server.up) return;
  const { pid } = server.now;
  server.pause();
  await Bun.sleep(lastsMs);
  if (server.up && server.now.pid === pid) server.resume();
}

const broker = (world: World, pick: number) => oneOf(world.stage.log.brokers, pick);
const store = (world: World) => world.stage.store;
const logLinks = (world: World, pick: number) => world.stage.logLinks(oneOf(processorSlots, pick));
const storeLinks = (world: World, pick: number) => [world.stage.storeLink(oneOf(processorSlots, pick))];
const producerLinks = (world: World, pick: number) => world.stage.logLinks(oneOf(producerSlots, pick));
const latency = (pick: number) => ({ latencyMs: 20 + (pick % 180) });

/** What each fault does. All of them have ended when the promise resolves. */
export const loose: Readonly<Record<LooseKind, Act>> = {
  "processor killed": async (world, { pick }) => (await someProcessor(world, pick))?.kill(),
  "processor asleep": async (world, { pick, lastsMs }) => asleep(await someProcessor(world, pick), lastsMs),
  "processor with a wrong clock": async (world, { pick }) =>
    (await someProcessor(world, pick))?.kill(skewEnv((pick % 3_600_000) - 1_800_000)),
  "producer killed": async (world, { pick }) => (await someProducer(world, pick))?.kill(),
  "producer asleep": async (world, { pick, lastsMs }) => asleep(await someProducer(world, pick), lastsMs),
  "producer doubled": async (world, { pick, lastsMs }) => {
    const slot = guestSlots.find((one) => !world.children.has(one));
    const twin = slot && world.startTwin(slot, oneOf(producerSlots, pick));
    await Bun.sleep(lastsMs);
    await twin?.stop(15_000);
    if (twin) world.forget(twin);
  },
  "members come and go": (world, { pick, lastsMs }) => comeAndGo(world, lastsMs, pick),
  "log link reset": async (world, { pick }) => {
    for (const link of logLinks(world, pick)) link.cut();
  },
  "log link slow": (world, { pick, lastsMs }) =>
    forAWhile(logLinks(world, pick), lastsMs, (link) => link.slow(latency(pick))),
  "log link half-open": (world, { pick, lastsMs }) =>
    forAWhile(logLinks(world, pick), lastsMs, (link) => link.silence()),
  "log link refused": (world, { pick, lastsMs }) =>
    forAWhile(logLinks(world, pick), lastsMs, (link) => link.refuse()),
  "store link reset": async (world, { pick }) => {
    for (const link of storeLinks(world, pick)) link.cut();
  },
  "store link slow": (world, { pick, lastsMs }) =>
    forAWhile(storeLinks(world, pick), lastsMs, (link) => link.slow(latency(pick))),
  "store link half-open": (world, { pick, lastsMs }) =>
    forAWhile(storeLinks(world, pick), lastsMs, (link) => link.silence()),
  "store link refused": (world, { pick, lastsMs }) =>
    forAWhile(storeLinks(world, pick), lastsMs, (link) => link.refuse()),
  "producer link reset": async (world, { pick }) => {
    for (const link of producerLinks(world, pick)) link.cut();
  },
  "producer link slow": (world, { pick, lastsMs }) =>
    forAWhile(producerLinks(world, pick), lastsMs, (link) => link.slow(latency(pick))),
  "producer link half-open": (world, { pick, lastsMs }) =>
    forAWhile(producerLinks(world, pick), lastsMs, (link) => link.silence()),
  "broker killed": (world, { pick, lastsMs }) => dead(broker(world, pick), lastsMs),
  "broker asleep": (world, { pick, lastsMs }) => paused(broker(world, pick), lastsMs),
  "store killed": (world, { lastsMs }) => dead(store(world), lastsMs),
  "store asleep": (world, { lastsMs }) => paused(store(world), lastsMs),
  "poison burst": (world, { pick }) => world.suite.sendPoison(5 + (pick % 40)),
  "events sent by two": (world, { pick }) => world.suite.sendTwice(20 + (pick % 60)),
  "dead-letter topic refuses": (world, { pick, lastsMs }) =>
    deadLettersRefused(world, lastsMs, 2 + (pick % 10)),
};
