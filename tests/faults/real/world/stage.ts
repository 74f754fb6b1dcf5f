import { type Mongo, startMongo } from "../../../services/mongo.ts";
import { FaultProxy } from "../proxy.ts";
import { mongoProtocol } from "../wire/protocol.ts";
import { Traps } from "../wire/traps.ts";
import { type LogServers, startLogServers } from "./log-servers.ts";
import { Server } from "./server.ts";

export const processorSlots = ["processor-0", "processor-1", "processor-2"] as const;
export const producerSlots = ["producer-0", "producer-1"] as const;
/** Processes that come and go. */
export const guestSlots = ["guest-0", "guest-1"] as const;
const slots = [...processorSlots, ...producerSlots, ...guestSlots];

/** Servers and the ways to them; one world after the other uses them. */
export type Stage = AsyncDisposable & {
  readonly log: LogServers;
  readonly store: Server<Mongo>;
  readonly traps: Traps;
  logLinks(slot: string): readonly FaultProxy[];
  storeLink(slot: string): FaultProxy;
  /** Every link is well and every server is there. */
  healAll(): Promise<void>;
};

/** Starts brokers, a store that keeps what it acknowledges, and for each process a link of its own to all of them. */
export async function startStage(brokers: number): Promise<Stage> {
  const [log, store] = await Promise.all([
    startLogServers(brokers, slots),
    Server.start<Mongo>((earlier) => startMongo({ durable: true, ...(earlier ? { earlier } : {}) })),
  ]);
  const storeLinks = new Map<string, FaultProxy>();
  for (const slot of slots) storeLinks.set(slot, await FaultProxy.open(store.now.port, 0, mongoProtocol));
  const traps = new Traps();
  for (const slot of slots) traps.watch(slot, [storeLinks.get(slot)!, ...log.links.get(slot)!]);
  const proxies = [...storeLinks.values(), ...[...log.links.values()].flat()];
  return {
    ...{ log, store, traps },
    logLinks: (slot) => log.links.get(slot)!,
    storeLink: (slot) => storeLinks.get(slot)!,
    async healAll() {
      for (const server of [store, ...log.brokers]) {
        if (server.up) server.resume();
        else await server.revive();
      }
      await Promise.all(proxies.map((proxy) => proxy.heal()));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([log[Symbol.asyncDispose](), store[Symbol.asyncDispose]()]);
      await Promise.all(proxies.map((proxy) => proxy[Symbol.asyncDispose]()));
    },
  };
}
