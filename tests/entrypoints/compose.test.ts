import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { ca3Process } from "../helpers/cli.ts";
import { command } from "../services/cache.ts";
import { type ComposeFile, kafkaProperties, readCompose, readEnv } from "../services/compose-file.ts";
import { startBroker } from "../services/kafka.ts";
import { startMongo } from "../services/mongo.ts";
import { freePort } from "../services/process.ts";
import { withService } from "../services/require.ts";

const folder = mkdtempSync(join(tmpdir(), "ca3-compose-"));
afterAll(() => rmSync(folder, { recursive: true }));
const script = [process.execPath, "scripts/compose-env.ts"];

/** What `npm run compose:env` writes. */
async function makeEnv(name: string, ports: Readonly<Record<string, string>> = {}) {
  const file = join(folder, name);
  const words = Object.entries(ports).map(([key, value]) => `${key}=${value}`);
  await command(["env", ...words, ...script, file]);
  return { file, env: readEnv(await Bun.file(file).text()) };
}

test("passwords are made up, kept to their owner, and stay as they are when asked for again", async () => {
  const [one, other] = [await makeEnv("one.env"), await makeEnv("other.env")];
  const secrets = Object.entries(one.env).filter(([name]) => name.endsWith("PASSWORD"));
  expect(secrets.map(([name]) => name)).toEqual([
    "CA3_KAFKA_PASSWORD",
    "CA3_MONGO_PASSWORD",
    "MONGO_ROOT_PASSWORD",
  ]);
  for (const [name, value] of secrets) {
    expect(value).toMatch(/^[0-9a-f]{48}$/);
    expect(other.env[name]).not.toBe(value);
  }
  expect(statSync(one.file).mode & 0o777).toBe(0o600);
  expect((await makeEnv("one.env")).env).toEqual(one.env);
});

test("the file needs nothing but that, pins its images, and opens no port to other machines", async () => {
  const { env } = await makeEnv("shape.env");
  const { services } = await readCompose("compose.yaml", env);
  expect(Object.values(services).map(({ image }) => image)).toEqual(["apache/kafka:4.3.1", "mongo:8.0"]);
  for (const { ports, healthcheck } of Object.values(services)) {
    expect(ports.every((port) => /^127\.0\.0\.1:\d+:\d+$/.test(port))).toBe(true);
    expect(healthcheck.test[0]).toBe("CMD");
  }
  expect(readCompose("compose.yaml", {})).rejects.toThrow("compose:env");
});

test("no password stands in the file, and tests use the same images", async () => {
  const text = await Bun.file("compose.yaml").text();
  for (const [, value] of text.matchAll(/PASSWORD: (.*)/g)) expect(value).toStartWith("${");
  const images = [...text.matchAll(/image: (.*)/g)].map(([, image]) => image);
  for (const path of ["kafka", "mongo"].map((one) => `tests/services/${one}/compose.yaml`))
    expect(images).toContain(/image: (.*)/.exec(await Bun.file(path).text())![1]!);
});

/** What MongoDB's container does at its first start: runs the script as somebody who may do everything. */
async function addUsers(url: string, { configs }: ComposeFile, env: Readonly<Record<string, string>>) {
  const client = new MongoClient(url);
  const users: { user: string; pwd: string; roles: unknown[] }[] = [];
  const db = { getSiblingDB: () => ({ createUser: (user: (typeof users)[number]) => users.push(user) }) };
  new Function("db", "process", configs!["mongo-users"]!.content)(db, { env });
  const admin = client.db("admin");
  const root = { createUser: "root", pwd: env["MONGO_ROOT_PASSWORD"], roles: ["root"] };
  await admin.command(root);
  await client.close();
  const asRoot = new MongoClient(url, {
    auth: { username: "root", password: env["MONGO_ROOT_PASSWORD"]! },
    authSource: "admin",
  });
  for (const { user, pwd, roles } of users)
    await asRoot.db("admin").command({ createUser: user, pwd, roles });
  await asRoot.close();
}

/** A broker and a server that are set up as the file says, without its containers. */
async function startAsComposed() {
  const [kafkaPort, mongoPort] = [await freePort(), await freePort()];
  const ports = { KAFKA_HOST_PORT: String(kafkaPort), MONGO_HOST_PORT: String(mongoPort) };
  const made = await makeEnv("running.env", ports);
  const file = await readCompose("compose.yaml", made.env);
  const [internal, controller] = [await freePort(), await freePort()];
  // inside a container each port is free; here the three have to be found
  const moved = (value: string | number) =>
    String(value)
      .replaceAll("://:9092", `://127.0.0.1:${kafkaPort}`)
      .replaceAll("localhost:9093", `localhost:${internal}`)
      .replaceAll("localhost:9094", `localhost:${controller}`);
  const properties = kafkaProperties(file.services["kafka"]!.environment);
  const kafka = await startBroker({
    port: kafkaPort,
    properties: (home) => ({
      ...Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, moved(value)])),
      "log.dirs": join(home, "data"),
      "log.cleaner.dedupe.buffer.size": 4_000_000,
    }),
  });
  const mongo = await startMongo({ durable: false, port: mongoPort, more: ["--auth", "--standalone"] });
  await addUsers(mongo.url, file, made.env);
  return {
    env: made.env,
    async [Symbol.asyncDispose]() {
      await Promise.all([kafka, mongo].map((one) => one[Symbol.asyncDispose]()));
    },
  };
}

await withService("kafka+mongo", startAsComposed, ({ env }) => {
  test("ca3 up and ca3 report work with what they say and the variables of compose.env", async () => {
    const cwd = mkdtempSync(join(folder, "up-"));
    const checked = await ca3Process(["config", "check"], { env, cwd });
    expect(checked).toMatchObject({ code: 0, err: "" });
    const here = ["--data", "data", "--port", "0"];
    const sample = ["up", "--replay", "sample", "--speed", "max", "--once", ...here];
    // first on this machine alone: what was stored here has to go there as well
    const alone = { CA3_RETENTION: "30d" };
    expect((await ca3Process(sample, { cwd, env: alone })).code).toBe(0);
    const up = await ca3Process(sample, { env, cwd });
    expect(up.code).toBe(0);
    expect(up.err).toContain(`store:  MongoDB ca3 at 127.0.0.1:${env["MONGO_HOST_PORT"]}`);
    expect(up.err).toContain("done: 20,068 events stored, 0 sent again, 0 dead-lettered\nnext: ca3 report\n");
    const report = await ca3Process(["report", "--output", "json"], { env, cwd });
    expect(JSON.parse(report.out).totals).toMatchObject({
      requests: 19_366,
      inputTokens: 22_361_870,
      outputTokens: 4_088_665,
    });
    const again = await ca3Process(sample, { env, cwd });
    expect(again.err).toContain("0 events stored, 0 sent again");
  }, 240_000);
});
