import { expect, test } from "bun:test";
import Broker from "kafkajs/src/broker/index.js";
import ConnectionPool from "kafkajs/src/network/connectionPool.js";
import RequestQueue from "kafkajs/src/network/requestQueue/index.js";
import socketFactory from "kafkajs/src/network/socketFactory.js";
import protocol from "kafkajs/src/protocol/error.js";
import manifest from "../../package.json";

// The adapter stands on parts of the library that are not its public interface. Whoever raises the version reads this.
test("the library is pinned to the version whose inside the adapter knows", () => {
  expect(manifest.dependencies.kafkajs).toBe("2.2.4");
});

test("a pool has two connections to a broker, each with what the adapter takes hold of", async () => {
  const quiet = () => {};
  const logger = {
    info: quiet,
    error: quiet,
    warn: quiet,
    debug: quiet,
    setLogLevel: quiet,
    namespace: () => logger,
  };
  const pool = new ConnectionPool({
    ...{ host: "127.0.0.1", port: 1, clientId: "t", ssl: null, sasl: null, logger },
    ...{ connectionTimeout: 100, requestTimeout: 100, reauthenticationThreshold: 0 },
    socketFactory: socketFactory(),
  });
  expect(pool.pool.length).toBe(2);
  for (const connection of pool.pool) {
    expect(connection.connectionStatus).toBe("disconnected");
    expect([typeof connection.rejectRequests, typeof connection.requestQueue.destroy]).toEqual([
      "function",
      "function",
    ]);
  }
  const broker = new Broker({ connectionPool: pool, logger });
  await expect(broker.connect()).rejects.toThrow();
});

test("the queue of requests has the timer that is kept quiet, and what it looks at", () => {
  const { scheduleCheckPendingRequests: schedule } = RequestQueue.prototype;
  expect(schedule).toBeFunction();
  const source = RequestQueue.toString();
  for (const field of ["pending", "throttledUntil"]) expect(source).toContain(`this.${field}`);
});

test("the list of Kafka's errors has those that decide what happens next", () => {
  const types = protocol.errorCodes.map(({ type }) => type);
  for (const type of [
    ...["NOT_LEADER_FOR_PARTITION", "REBALANCE_IN_PROGRESS", "UNKNOWN_MEMBER_ID", "MESSAGE_TOO_LARGE"],
    ...["TOPIC_AUTHORIZATION_FAILED", "SASL_AUTHENTICATION_FAILED", "OFFSET_OUT_OF_RANGE"],
  ])
    expect(types).toContain(type);
});
