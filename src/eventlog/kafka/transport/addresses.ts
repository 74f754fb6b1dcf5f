import type { Address } from "./link.ts";

/** `host:port` and `[::1]:port` taken apart. */
export const addressesOf = (brokers: readonly string[]): Address[] =>
  brokers.map((broker) => {
    const colon = broker.lastIndexOf(":");
    return {
      host: broker.slice(0, colon).replace(/^\[(.*)\]$/, "$1"),
      port: Number(broker.slice(colon + 1)),
    };
  });
