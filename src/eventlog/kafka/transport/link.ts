import Broker from "kafkajs/src/broker/index.js";
import ConnectionPool, { type KafkaJsLogger } from "kafkajs/src/network/connectionPool.js";
import socketFactory from "kafkajs/src/network/socketFactory.js";
import type { WireApi, WireRequest } from "../wire/requests.ts";
import { NetworkError } from "./failures.ts";
import { quietRequestQueues } from "./quiet-queue.ts";
import type { Security } from "./security.ts";

export type Address = { readonly host: string; readonly port: number };
export const nameOf = ({ host, port }: Address): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

export type Reach = (broker: Address) => Promise<Address>;

export type LinkOptions = {
  readonly clientId: string;
  readonly security: Security;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Where a broker is connected to that is not reached at the address it names, as at the end of a tunnel. */
  readonly reach?: Reach;
  /** What kafkajs has to say; of interest to its debuggers only. */
  readonly debug: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
};

/** A pair of connections to one broker, signed in. Unusable after the first network error: drop it, open another. */
export type Link = {
  readonly address: Address;
  /** The answer, or the error of the network. */
  send<T>(request: WireRequest<T>): Promise<T>;
  /** The same over the second connection, when an answer is waited for on the first. */
  sendBeside<T>(request: WireRequest<T>): Promise<T>;
  supports(api: WireApi): boolean;
  /** Closes both connections at once; what is waited for rejects. */
  drop(): void;
};

/** How long before the end of its session a connection signs in again, where brokers limit sessions, ms. */
const SIGN_IN_AGAIN_MS = 5_000;

/** Connects and signs in. Rejects with the error of kafkajs; `explain` puts it into words. */
export async function openLink(address: Address, options: LinkOptions): Promise<Link> {
  quietRequestQueues();
  const { tls, sasl } = options.security;
  const logger = quietLogger(options.debug);
  const at = (await options.reach?.(address)) ?? address;
  const connectionPool = new ConnectionPool({
    ...at,
    clientId: options.clientId,
    ssl: tls ?? null,
    sasl: sasl ? { ...sasl, password: sasl.password.reveal() } : null,
    connectionTimeout: options.connectTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    reauthenticationThreshold: SIGN_IN_AGAIN_MS,
    socketFactory: quietSockets(),
    logger,
  });
  const broker = new Broker({ connectionPool, logger });
  const drop = () => dropAll(connectionPool);
  try {
    await broker.connect();
  } catch (error) {
    drop();
    throw error;
  }
  return {
    address,
    send: (request) => connectionPool.send(request),
    sendBeside: async (request) => (await connectionPool.getConnection(1)).send(request),
    supports: ({ key, version }) => (broker.versions[key]?.maxVersion ?? -1) >= version,
    drop,
  };
}

/** Once for each answer that does not come, kafkajs hangs a listener on a socket that it gives up. */
function quietSockets() {
  const make = socketFactory();
  return (options: unknown) => make(options).setMaxListeners(0);
}

/** kafkajs would first wait for the answers that are still open, which is what a dead peer never sends. */
function dropAll({ pool }: ConnectionPool): void {
  for (const connection of pool) {
    connection.rejectRequests(new NetworkError("the connection was given up"));
    connection.requestQueue.destroy();
    connection.socket?.destroy();
    connection.connectionStatus = "disconnected";
  }
}

/** Every level is debug: kafkajs reports ordinary retries and reconnects as errors, and the adapter reports its own. */
function quietLogger(debug: LinkOptions["debug"]): KafkaJsLogger {
  const logger: KafkaJsLogger = {
    ...{ info: debug, error: debug, warn: debug, debug },
    namespace: () => logger,
    setLogLevel: () => {},
  };
  return logger;
}
