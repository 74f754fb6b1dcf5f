import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ca3 } from "../helpers/cli.ts";
import { withService } from "../services/require.ts";
import { inFolder } from "./folder.ts";
import { startKafkaPod } from "./kafka-pod.ts";

await withService("kafka", startKafkaPod, (kafka) => {
  const asAdmin = {
    KAFKA_BOOTSTRAP: kafka.brokers,
    CA3_KAFKA_SASL: "plain",
    CA3_KAFKA_USERNAME: "broker",
    CA3_KAFKA_PASSWORD: kafka.brokerPassword,
  };
  const asUser = (password: string) => ({
    KAFKA_BOOTSTRAP: kafka.brokers,
    CA3_KAFKA_USERNAME: "ca3",
    CA3_KAFKA_PASSWORD: password,
  });
  /** What the setup job does. */
  const letIn = (password: string) =>
    inFolder({}, (folder) => {
      const file = join(folder, "password");
      writeFileSync(file, `${password}\n`);
      return ca3("bootstrap kafka", { env: { ...asAdmin, CA3_NEW_KAFKA_PASSWORD_FILE: file } });
    });

  test("the broker of the manifests starts, lets the new user in and nobody else", async () => {
    expect(await letIn("first")).toMatchObject({ code: 0, notes: "Kafka accepts the user ca3" });
    const created = await ca3("topics create --output json", { env: asUser("first") });
    expect(created.code).toBe(0);
    expect(JSON.parse(created.out).topics.map(({ name }: { name: string }) => name)).toContain(
      "gpu.metrics.v1",
    );
    expect(await ca3("topics describe", { env: asUser("guess") })).toMatchObject({
      code: 4,
      notes: expect.stringContaining("invalid credentials"),
    });
    const anonymous = await ca3("topics describe", { env: { KAFKA_BOOTSTRAP: kafka.brokers } });
    expect(anonymous.code).not.toBe(0);
  });

  test("a second time changes nothing, and a new password takes the place of the old one", async () => {
    expect((await letIn("first")).code).toBe(0);
    expect((await letIn("second")).code).toBe(0);
    expect((await ca3("topics describe", { env: asUser("second") })).code).toBe(0);
    expect((await ca3("topics describe", { env: asUser("first") })).code).toBe(4);
  });

  test("who may not make users is told so", async () => {
    const { code, notes } = await ca3("bootstrap kafka", {
      env: { ...asAdmin, CA3_KAFKA_PASSWORD: "guess", CA3_NEW_KAFKA_PASSWORD: "x" },
    });
    expect(code).toBe(4);
    expect(notes).toContain("kafka.username");
  });

  test("topics and users outlive the pod", async () => {
    await kafka.restart();
    const { code, out } = await ca3("topics describe --output json", { env: asUser("second") });
    expect(code).toBe(0);
    expect(JSON.parse(out).topics.length).toBe(4);
  });

  test("no password is printed", () => {
    expect(kafka.output()).not.toContain(kafka.brokerPassword);
  });
});

test("bootstrap kafka says what is missing", async () => {
  expect(await ca3("bootstrap kafka")).toMatchObject({ code: 2, notes: expect.stringContaining("--kafka") });
  expect(await ca3("bootstrap kafka --kafka localhost:9092")).toMatchObject({
    code: 2,
    notes: expect.stringContaining("CA3_NEW_KAFKA_PASSWORD_FILE"),
  });
});
