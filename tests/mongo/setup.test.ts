import { expect, test } from "bun:test";
import { MongoClient } from "mongodb";
import { ca3 } from "../helpers/cli.ts";
import { startMongo } from "../services/mongo.ts";
import { withService } from "../services/require.ts";
import { withClient } from "./open.ts";

/** A server that asks for a password, with a root user. */
async function lockedMongo() {
  const open = await startMongo({ durable: false });
  await withClient(open.url, (client) =>
    client.db("admin").command({ createUser: "root", pwd: "of root", roles: ["root"] }),
  );
  await open.kill("SIGTERM");
  const { folder, port } = open;
  return startMongo({ durable: false, earlier: { folder, port }, more: ["--auth"] });
}

await withService("mongo", lockedMongo, ({ port }) => {
  const url = `mongodb://127.0.0.1:${port}/ca3`;
  const asRoot = { MONGO_URL: url, CA3_MONGO_USERNAME: "root", CA3_MONGO_PASSWORD: "of root" };
  const letIn = (password: string, env: Record<string, string> = {}) =>
    ca3("bootstrap mongo", {
      env: { ...asRoot, CA3_MONGO_MEMBERS: `127.0.0.1:${port}`, CA3_NEW_MONGO_PASSWORD: password, ...env },
    });

  /** What the user can do, or the code of the refusal. */
  async function asUser(password: string, database: string): Promise<number | "ok"> {
    const client = new MongoClient(`${url}?directConnection=true`, {
      auth: { username: "ca3", password },
      authSource: "admin",
    });
    try {
      await client.db(database).collection("probe").insertOne({});
      return "ok";
    } catch (error) {
      return Number((error as { code?: unknown }).code);
    } finally {
      await client.close();
    }
  }

  test("the user of the app may write its database, again after its password has changed", async () => {
    expect(await letIn("first")).toMatchObject({
      code: 0,
      notes: "MongoDB has a primary and accepts the user ca3",
    });
    expect(await asUser("first", "ca3")).toBe("ok");
    expect((await letIn("first")).code).toBe(0);
    expect((await letIn("second")).code).toBe(0);
    expect(await asUser("second", "ca3")).toBe("ok");
    expect(await asUser("first", "ca3")).toBe(18);
  });

  test("a wrong root password is refused, in words", async () => {
    const { code, notes } = await letIn("third", { CA3_MONGO_PASSWORD: "guess" });
    expect(code).toBe(4);
    expect(notes).toContain("refuses the user or the password");
    expect(notes).not.toContain("guess");
  });

  test("with that user ca3 stores and reports", async () => {
    const env = { MONGO_URL: url, CA3_MONGO_USERNAME: "ca3", CA3_MONGO_PASSWORD: "second" };
    const { code } = await ca3("dlq list", { env });
    expect(code).toBe(0);
  });
});

test("bootstrap mongo says what is missing", async () => {
  expect(await ca3("bootstrap mongo")).toMatchObject({ code: 2, notes: expect.stringContaining("--mongo") });
  expect(await ca3("bootstrap mongo --mongo mongodb://localhost/ca3")).toMatchObject({
    code: 2,
    notes: expect.stringContaining("CA3_NEW_MONGO_PASSWORD_FILE"),
  });
});
