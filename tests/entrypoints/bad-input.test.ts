import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openQuick } from "../kafka/open.ts";
import { startSecureKafka } from "../services/kafka/secure.ts";
import { withService } from "../services/require.ts";
import { Entry, freshNames } from "./rig.ts";

const folder = mkdtempSync(join(tmpdir(), "ca3-bad-input-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** A secret as a cluster mounts it: a file that ends with a line feed. */
function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `${text}\n`);
  return path;
}

await withService("kafka-secure", startSecureKafka, ({ broker, listeners, client, stranger, users }) => {
  const names = freshNames();
  const asUser = ({ name, password }: { name: string; password: string }) => ({
    CA3_KAFKA_USERNAME: name,
    CA3_KAFKA_PASSWORD_FILE: fileWith(name, password),
  });
  const ca = { CA3_KAFKA_CA_FILE: client.ca };
  const few = freshNames();

  const table: readonly [string, string, Record<string, string>, string, number][] = [
    ["a host that is not known", "no-such-host.invalid:9092", {}, "CA3_LOG_UNREACHABLE", 1],
    ["nobody there", "127.0.0.1:1", {}, "CA3_LOG_UNREACHABLE", 1],
    [
      "a wrong password",
      listeners.sasl,
      { ...asUser(users.admin), CA3_KAFKA_PASSWORD_FILE: fileWith("wrong", "no") },
      "CA3_LOG_CREDENTIALS",
      4,
    ],
    [
      "a file of a password that is not there",
      listeners.sasl,
      { CA3_KAFKA_USERNAME: "ca3", CA3_KAFKA_PASSWORD_FILE: join(folder, "none") },
      "CA3_CONFIG",
      2,
    ],
    [
      "the wrong CA",
      listeners.saslTls,
      { ...asUser(users.admin), CA3_KAFKA_CA_FILE: stranger.ca },
      "CA3_LOG_TLS",
      4,
    ],
    [
      "topics that are not there, and no right to create them",
      listeners.saslTls,
      { ...asUser(users.guest), ...ca },
      "CA3_LOG_FORBIDDEN",
      4,
    ],
    [
      "too few partitions",
      listeners.saslTls,
      { ...asUser(users.admin), ...ca, ...few, CA3_PARTITIONS: "12" },
      "CA3_LOG_TOPIC",
      1,
    ],
  ];

  describe.each(["producer", "processor"])("ca3 %s", (entrypoint) => {
    test.each(table)(
      "%s ends it with one line that says what to do",
      async (_what, brokers, env, code, exitCode) => {
        if (code === "CA3_LOG_TOPIC") {
          const log = await openQuick(broker.brokers);
          await log.ensureTopics(
            [few.TOPIC_METRIC, few.TOPIC_TOKEN].map((name) => ({ name, partitions: 2 })),
          );
          await log.close();
        }
        const data = mkdtempSync(join(folder, "data-"));
        const all = { KAFKA_BOOTSTRAP: brokers, ...names, CA3_DATA: data, ...env };
        await using entry = new Entry([entrypoint], all);
        expect(await entry.exited).toBe(exitCode);
        expect(entry.strays).toEqual([]);
        const errors = entry.lines.filter(({ level }) => level === "error" || level === "warn");
        expect(errors).toMatchObject([
          { code, exitCode, hint: expect.any(String), error: expect.any(String) },
        ]);
        expect(JSON.stringify(entry.lines)).not.toContain(users.admin.password);
      },
    );

    test("the password in a file signs it in", async () => {
      const env = { KAFKA_BOOTSTRAP: listeners.saslTls, ...asUser(users.admin), ...ca, ...freshNames() };
      await using entry = new Entry([entrypoint], { ...env, CA3_DATA: mkdtempSync(join(folder, "data-")) });
      await entry.untilReady();
      expect(await entry.stop()).toBe(0);
    });
  });
});
