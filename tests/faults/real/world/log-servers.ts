import {
  brokerProperties,
  memberProperties,
  type Properties,
  type Seat,
} from "../../../services/kafka/properties.ts";
import { clusterId, type Kafka, startBroker } from "../../../services/kafka.ts";
import { freePort } from "../../../services/process.ts";
import { FaultProxy } from "../proxy.ts";
import { kafkaProtocol } from "../wire/protocol.ts";
import { Server } from "./server.ts";

export type LogServers = AsyncDisposable & {
  readonly brokers: readonly Server<Kafka>[];
  /** Addresses past all proxies, for the judge. */
  readonly direct: string;
  /** By slot: a proxy before each broker, which tells its clients no other way. */
  readonly links: ReadonlyMap<string, readonly FaultProxy[]>;
};

type Door = { readonly name: string; readonly port: number; readonly proxy: FaultProxy };

/**
 * One broker, or several that replicate to each other. Every slot has a listener of its own with a proxy before it, and
 * the brokers advertise the proxy, so each process can be cut off by itself.
 */
export async function startLogServers(size: number, slots: readonly string[]): Promise<LogServers> {
  const seats: Seat[] = [];
  for (let at = 0; at < size; at++) seats.push({ port: await freePort(), controller: await freePort() });
  const cluster = clusterId();
  const links = new Map<string, FaultProxy[]>(slots.map((slot) => [slot, []]));
  const doors: Door[][] = [];
  for (const _ of seats) {
    const own: Door[] = [];
    for (const [at, slot] of slots.entries()) {
      const port = await freePort();
      const proxy = await FaultProxy.open(port, 0, kafkaProtocol);
      links.get(slot)!.push(proxy);
      own.push({ name: `SLOT${at}`, port, proxy });
    }
    doors.push(own);
  }
  const brokers = await Promise.all(
    seats.map(({ port, controller }, index) => {
      const base = (folder: string) =>
        size === 1 ? brokerProperties({ folder, port, controller }) : memberProperties(folder, seats, index);
      const properties = (folder: string) => ({
        ...base(folder),
        ...listeners({ port, controller }, doors[index]!),
      });
      return Server.start<Kafka>((earlier) =>
        startBroker({ port, cluster, properties, ...(earlier ? { folder: earlier.folder } : {}) }),
      );
    }),
  );
  return {
    brokers,
    links,
    direct: seats.map(({ port }) => `127.0.0.1:${port}`).join(","),
    async [Symbol.asyncDispose]() {
      await Promise.all(brokers.map((broker) => broker[Symbol.asyncDispose]()));
      await Promise.all([...links.values()].flat().map((proxy) => proxy[Symbol.asyncDispose]()));
    },
  };
}

function listeners(seat: { port: number; controller: number }, doors: readonly Door[]): Properties {
  const at = (name: string, port: number) => `${name}://127.0.0.1:${port}`;
  const plain = ["PLAINTEXT", "CONTROLLER", ...doors.map(({ name }) => name)];
  return {
    listeners: [
      at("PLAINTEXT", seat.port),
      ...doors.map(({ name, port }) => at(name, port)),
      at("CONTROLLER", seat.controller),
    ].join(),
    "advertised.listeners": [
      at("PLAINTEXT", seat.port),
      ...doors.map(({ name, proxy }) => at(name, proxy.port)),
    ].join(),
    "listener.security.protocol.map": plain.map((name) => `${name}:PLAINTEXT`).join(),
    "inter.broker.listener.name": "PLAINTEXT",
    "num.network.threads": 1,
  };
}
