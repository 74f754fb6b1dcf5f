import { describe, expect, test } from "bun:test";
import { openKafkaLog } from "../../src/eventlog/kafka.ts";
import type { EventLog } from "../../src/eventlog/port.ts";
import { type Ca3Error, isOutage } from "../../src/support/errors.ts";
import { until } from "../helpers/until.ts";
import { startSecureKafka } from "../services/kafka/secure.ts";
import { withService } from "../services/require.ts";
import { saying, told, verify } from "../verify/verified.ts";
import { kafkaEnv, openQuick } from "./open.ts";

const CLOSED = "127.0.0.1:1";
const topic = { name: "secured", partitions: 2 };
const record = { topic: topic.name, key: "k", value: new Uint8Array(3) };
const limits = { group: "g", topics: [topic.name], maxBatchBytes: 100, maxBatchRecords: 1 };

/** Opens, uses and closes; the error, or nothing. */
async function failureOf(
  brokers: string,
  env: Readonly<Record<string, string>>,
  use: (log: EventLog) => Promise<unknown> = (log) => log.ping(),
): Promise<Ca3Error | undefined> {
  let log: EventLog | undefined;
  try {
    log = await openQuick(brokers, env, { openTimeoutMs: 1_500 });
    await use(log);
    return undefined;
  } catch (error) {
    return error as Ca3Error;
  } finally {
    await log?.close();
  }
}

await withService("kafka-secure", startSecureKafka, ({ listeners, client, stranger, users, ...kafka }) => {
  const asUser = ({ name, password }: { name: string; password: string }) => ({
    CA3_KAFKA_USERNAME: name,
    CA3_KAFKA_PASSWORD: password,
  });
  const ca = { CA3_KAFKA_CA_FILE: client.ca };
  const certificate = { CA3_KAFKA_CERT_FILE: client.cert, CA3_KAFKA_KEY_FILE: client.key };
  const strange = { CA3_KAFKA_CERT_FILE: stranger.cert, CA3_KAFKA_KEY_FILE: stranger.key };

  describe.each([
    ["a user with SCRAM-SHA-512", listeners.sasl, asUser(users.admin)],
    ["a user over TLS", listeners.saslTls, { ...asUser(users.admin), ...ca }],
    ["a client certificate", listeners.tls, { ...ca, ...certificate }],
  ])("%s", (_who, brokers, env) => {
    test("may create topics, append, read and see the lag", async () => {
      const use = async (log: EventLog) => {
        await log.ensureTopics([topic]);
        await log.append([record]);
        const { promise: seen, resolve } = Promise.withResolvers<void>();
        const group = `g-${crypto.randomUUID()}`;
        const consumer = await log.consume({ ...limits, group, onBatch: async () => resolve() });
        await seen;
        await consumer.stop();
        expect((await log.lag(group, [topic.name])).length).toBe(2);
      };
      expect(await failureOf(brokers, env, use)).toBeUndefined();
    });
  });

  test.each([
    [
      "a wrong password",
      listeners.sasl,
      { ...asUser(users.admin), CA3_KAFKA_PASSWORD: "no" },
      "CA3_LOG_CREDENTIALS",
      4,
    ],
    ["an unknown user", listeners.sasl, asUser({ name: "nobody", password: "no" }), "CA3_LOG_CREDENTIALS", 4],
    [
      "another mechanism",
      listeners.sasl,
      { ...asUser(users.admin), CA3_KAFKA_SASL: "plain" },
      "CA3_LOG_CREDENTIALS",
      4,
    ],
    ["no user where one is asked for", listeners.sasl, {}, "CA3_LOG_UNREACHABLE", 1],
    [
      "a CA that the broker is not from",
      listeners.saslTls,
      { ...asUser(users.admin), CA3_KAFKA_CA_FILE: stranger.ca },
      "CA3_LOG_TLS",
      4,
    ],
    [
      "the CAs of the system",
      listeners.saslTls,
      { ...asUser(users.admin), CA3_KAFKA_TLS: "true" },
      "CA3_LOG_TLS",
      4,
    ],
    ["no client certificate", listeners.tls, ca, "CA3_LOG_TLS", 4],
    ["a client certificate from elsewhere", listeners.tls, { ...ca, ...strange }, "CA3_LOG_TLS", 4],
    ["TLS to a plain port", listeners.sasl, { ...asUser(users.admin), ...ca }, "CA3_LOG_TLS", 4],
    ["no TLS to a TLS port", listeners.tls, {}, "CA3_LOG_UNREACHABLE", 1],
    ["a host that is not known", "no-such-host.invalid:9092", {}, "CA3_LOG_UNREACHABLE", 1],
    ["a port where nobody listens", CLOSED, {}, "CA3_LOG_UNREACHABLE", 1],
  ] as const)(
    "%s ends the start with the next step",
    async (_what, brokers, env, code, exitCode) => {
      const failure = await failureOf(brokers, env);
      expect(failure).toMatchObject({ code, exitCode, hint: expect.any(String) });
      expect(failure!.message).toContain(brokers);
    },
    15_000,
  );

  test("by default, a broker that is not there is given up within ten seconds", async () => {
    const started = Date.now();
    await expect(openKafkaLog({ settings: kafkaEnv(CLOSED) })).rejects.toMatchObject({
      code: "CA3_LOG_UNREACHABLE",
    });
    expect(Date.now() - started).toBeLessThan(10_000);
  }, 15_000);

  test.each([
    ["create topics", (log: EventLog) => log.ensureTopics([{ name: "forbidden", partitions: 1 }])],
    ["append", (log: EventLog) => log.append([record])],
    ["read", (log: EventLog) => log.consume({ ...limits, onBatch: async () => {} })],
    ["see the lag", (log: EventLog) => log.lag("g", [topic.name])],
  ])("a user without rights may not %s, and is told at once", async (_what, use) => {
    const failure = await failureOf(listeners.sasl, asUser(users.guest), use);
    expect(failure).toMatchObject({ code: "CA3_LOG_FORBIDDEN", exitCode: 4, hint: expect.any(String) });
  });

  test("a user who may sign in no more, and then again, is an outage that passes", async () => {
    const log = await openQuick(listeners.sasl, asUser(users.leaver), { appendTimeoutMs: 3_000 });
    await log.ensureTopics([topic]);
    await log.append([record]);
    const outage = (call: () => Promise<unknown>) => call().then(() => false, isOutage);
    await kafka.revoke(users.leaver);
    await until("it is noticed", () => outage(() => log.append([record])));
    expect(await outage(() => log.ping())).toBe(true);
    await kafka.restore(users.leaver);
    await until("it has passed", async () => !(await outage(() => log.append([record]))));
    await log.ping();
    await log.close();
  }, 60_000);

  test("a certificate without its key, and a user without password, are refused before anything is tried", async () => {
    for (const env of [{ CA3_KAFKA_CERT_FILE: client.cert }, { CA3_KAFKA_USERNAME: "ca3" }])
      expect(await failureOf(CLOSED, env)).toMatchObject({ code: "CA3_CONFIG" });
    expect(await failureOf(CLOSED, { CA3_KAFKA_CA_FILE: "/no/such/ca.pem" })).toMatchObject({
      code: "CA3_FILE",
    });
  });

  test("ca3 verify tells of a listener that asks nobody for a user", async () => {
    const asked = (brokers: string) =>
      verify(["--kafka", brokers, "--only", "kafka.anonymous-refused"], { env: asUser(users.admin) });
    const closed = await asked(listeners.sasl);
    expect([told(closed), closed.results["kafka.anonymous-refused"]]).toEqual([{}, "pass"]);
    expect(told(await asked(`${listeners.sasl},${kafka.broker.brokers}`))).toEqual({
      "kafka.anonymous-refused": saying(
        /^metadata can be read without user and password$/,
        "close the listener",
      ),
    });
  });
});
