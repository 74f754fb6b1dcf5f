/**
 * The parts of kafkajs 2.2.4 that the adapter builds on: sockets, TLS, SASL, framing and time limits of requests. They
 * are not its public interface; the version is pinned, and `tests/kafka/kafkajs.test.ts` fails when one is missing.
 */
declare module "kafkajs/src/network/connectionPool.js" {
  import type { WireRequest } from "../wire/requests.ts";

  type Log = (message: string, extra?: Readonly<Record<string, unknown>>) => void;
  export type KafkaJsLogger = {
    readonly info: Log;
    readonly error: Log;
    readonly warn: Log;
    readonly debug: Log;
    namespace(name: string): KafkaJsLogger;
    setLogLevel(level: number): void;
  };
  export type Connection = {
    socket?: import("node:net").Socket;
    connectionStatus: "connected" | "disconnecting" | "disconnected";
    readonly requestQueue: { destroy(): void };
    rejectRequests(error: Error): void;
    send<T>(request: WireRequest<T>): Promise<T>;
  };
  export type ConnectionOptions = {
    readonly host: string;
    readonly port: number;
    readonly clientId: string;
    readonly ssl: import("node:tls").ConnectionOptions | null;
    readonly sasl: { mechanism: string; username: string; password: string } | null;
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly reauthenticationThreshold: number;
    readonly socketFactory: unknown;
    readonly logger: KafkaJsLogger;
  };
  /** Two connections to one broker: the second is for fetches, which wait. */
  export default class ConnectionPool {
    constructor(options: ConnectionOptions);
    readonly pool: readonly [Connection, Connection];
    send<T>(request: WireRequest<T>): Promise<T>;
    getConnection(index: 0 | 1): Promise<Connection>;
  }
}

declare module "kafkajs/src/network/socketFactory.js" {
  export default function socketFactory(): (options: unknown) => import("node:net").Socket;
}

declare module "kafkajs/src/broker/index.js" {
  import type ConnectionPool from "kafkajs/src/network/connectionPool.js";
  import type { KafkaJsLogger } from "kafkajs/src/network/connectionPool.js";

  export default class Broker {
    constructor(options: { connectionPool: ConnectionPool; logger: KafkaJsLogger });
    /** Newest version of each API, by its number; known once connected. */
    readonly versions: Readonly<Record<number, { minVersion: number; maxVersion: number } | undefined>>;
    connect(): Promise<void>;
  }
}

declare module "kafkajs/src/network/requestQueue/index.js" {
  export default class RequestQueue {
    pending: readonly unknown[];
    throttledUntil: number;
    scheduleCheckPendingRequests(): void;
  }
}

declare module "kafkajs/src/protocol/error.js" {
  const protocol: {
    readonly errorCodes: readonly {
      readonly code: number;
      readonly type: string;
      readonly message: string;
      readonly retriable: boolean;
    }[];
  };
  export default protocol;
}
