import { expect, test } from "bun:test";
import { writeValue } from "../../src/store/mongo/bson/write-value.ts";
import { Documents } from "../../src/store/mongo/driver/sequence.ts";
import { someMongo } from "../services/mongo.ts";
import { withService } from "../services/require.ts";
import { ownDatabase, withClient } from "./open.ts";

/** More than one buffer of the writer holds, and some that are larger than it is at first. */
const texts = Array.from({ length: 500 }, (_, at) => ({ _id: at, text: "é".repeat((at * 7_919) % 3_000) }));

await withService("mongo", someMongo, (mongo) => {
  test("the driver sends documents as they were serialised here, and the answer tells one from the other", async () => {
    await using own = ownDatabase(mongo.url);
    await withClient(own.url, async (client) => {
      const db = client.db();
      const insert = async (which: typeof texts) => {
        const documents = new Documents("documents");
        for (const { _id, text } of which)
          documents.add((into) => {
            const start = into.open();
            for (const [name, value] of Object.entries({ _id, text })) writeValue(into, name, value);
            into.close(start);
            return undefined;
          });
        const answer = await db.command({ insert: "texts", documents, ordered: false });
        documents.release();
        return answer;
      };
      expect(await insert(texts)).toMatchObject({ n: 500, ok: 1 });
      expect(await db.collection("texts").find().sort({ _id: 1 }).toArray()).toEqual(texts as never);
      const again = await insert([texts[7]!, { _id: 500, text: "new" }, texts[8]!]);
      expect(again["n"]).toBe(1);
      expect(again["writeErrors"]).toMatchObject([
        { index: 0, code: 11000 },
        { index: 2, code: 11000 },
      ]);
    });
  });
});
