import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import { ca3, ca3Process } from "../helpers/cli.ts";
import { binary, broken, id, letter, old, openFolder, TOPIC } from "./dlq-folder.ts";

let at: Awaited<ReturnType<typeof openFolder>>;
beforeEach(async () => {
  at = await openFolder();
});
afterEach(() => at.close());

describe("ca3 dlq list", () => {
  test("shows the open ones with their reasons, and how many there are", async () => {
    const { code, out, notes } = await at.dlq("list");
    const time = new Date(broken.appendedMs).toISOString();
    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["ID", "STATE", "REASON", "APPENDED", "SIZE", "DETAIL"],
      [id(1), "open", "malformed_json", time, "15 B", "unexpected end of input"],
      [id(2), "open", "too_old", time, "15 B", "47 days old, at most 30"],
      [id(3), "open", "malformed_json", time, "3 B", "unexpected end of input"],
    ]);
    expect(notes).toBe(
      `3 open: 2 malformed_json, 1 too_old\nnext: ca3 dlq show ${id(1)} --data ${at.folder}`,
    );
  });

  test("keeps to state, reason and limit, and names the command that goes on", async () => {
    await at.store.markDeadLetters([id(1)], "dropped");
    const ids = async (line: string) =>
      JSON.parse((await at.dlq(`${line} --output json`)).out).deadLetters.map(
        (one: { id: string }) => one.id,
      );
    expect(await ids("list")).toEqual([id(2), id(3)]);
    expect(await ids("list --state dropped")).toEqual([id(1)]);
    expect(await ids("list --state all --reason malformed_json")).toEqual([id(1), id(3)]);
    expect(await ids(`list --state all --after ${id(1)} --limit 1`)).toEqual([id(2)]);
    const first = await at.dlq("list --state all --limit 2");
    expect(first.notes).toContain(
      `more: ca3 dlq list --after ${id(2)} --state all --limit 2 --data ${at.folder}`,
    );
  });

  test("lists more than one page of the store", async () => {
    await at.store.addDeadLetters(Array.from({ length: 250 }, (_, index) => letter(100 + index)));
    const listed = JSON.parse((await at.dlq("list --limit 230 --output json")).out);
    expect(listed.deadLetters).toHaveLength(230);
    expect(new Set(listed.deadLetters.map((one: { id: string }) => one.id)).size).toBe(230);
    expect(listed.next).toBe(listed.deadLetters.at(-1).id);
  });

  test("as JSON has everything but the bytes", async () => {
    const { out } = await at.dlq("list --reason too_old --output json");
    expect(JSON.parse(out)).toEqual({
      version: 1,
      deadLetters: [
        {
          ...{ id: id(2), origin: old.origin, offset: 2, topic: TOPIC, key: "GPU-1" },
          ...{ reason: "too_old", detail: old.detail, state: "open", bytes: 15 },
          appended: new Date(old.appendedMs).toISOString(),
        },
      ],
      next: null,
    });
  });

  test("says when there is nothing", async () => {
    expect(await at.dlq("list --reason oversized")).toMatchObject({
      code: 0,
      out: "",
      notes: "no such dead letters\n3 open: 2 malformed_json, 1 too_old",
    });
    const empty = mkdtempSync(join(at.folder, "empty-"));
    await openEmbeddedStore(join(empty, "store.db")).close();
    expect(await ca3(["dlq", "list", "--data", empty])).toMatchObject({ code: 0, notes: "no dead letters" });
  });
});

describe("ca3 dlq show", () => {
  test("prints reason, origin, headers and the text", async () => {
    const { code, out } = await at.dlq(`show ${id(1)}`);
    expect(code).toBe(0);
    for (const part of [
      "malformed_json",
      "unexpected end",
      `L/${TOPIC}/0, offset 1`,
      "content-type: application/json",
    ])
      expect(out).toContain(part);
    expect(out).toEndWith('\n\n{"gpu_index": 1');
  });

  test("shows what is no text in base64, and control characters harmlessly", async () => {
    expect((await at.dlq(`show ${id(3)}`)).out).toEndWith("not UTF-8, shown in base64\n\n/wAK");
    await at.store.addDeadLetters([
      letter(4, { value: new TextEncoder().encode("a\u001b[2Jb\nc"), detail: "x\u0007y" }),
    ]);
    const { out } = await at.dlq(`show ${id(4)}`);
    expect(out).toEndWith("\n\na\ufffd[2Jb\nc");
    expect(out).toContain("x\ufffdy");
  });

  test("--raw writes exactly the bytes, also through a pipe", async () => {
    expect(await at.dlq(`show ${id(3)} --raw`)).toMatchObject({ out: "", bytes: binary.value, notes: "" });
    const { code, out } = await ca3Process(["dlq", "show", id(1), "--raw", "--data", at.folder]);
    expect([code, out]).toEqual([0, '{"gpu_index": 1']);
  });

  test("as JSON has the text or the base64", async () => {
    const shown = JSON.parse((await at.dlq(`show ${id(1)} --output json`)).out);
    expect(shown.deadLetter).toMatchObject({ id: id(1), headers: broken.headers, text: '{"gpu_index": 1' });
    const other = JSON.parse((await at.dlq(`show ${id(3)} -o json`)).out);
    expect(other.deadLetter).toMatchObject({ base64: "/wAK", bytes: 3, key: null });
  });
});

describe("what cannot be done is said with what to do", () => {
  test.each([
    ["show nothing", 1, "there is no dead letter nothing", "ca3 dlq list --state all"],
    ["replay nothing", 1, "there is no dead letter nothing", "ca3 dlq list --state all"],
    ["drop nothing --yes", 1, "there is no dead letter nothing", "ca3 dlq list --state all"],
    ["replay", 2, "ca3 dlq replay needs dead letters: ids, --reason or --all", "ca3 dlq list"],
    ["drop --all --reason too_old", 2, "ca3 dlq drop takes ids, --reason or --all", "ca3 dlq drop --help"],
    ["list --limit 0", 2, "--limit: expected a whole number from 1 to 10000, got 0", ""],
  ])("ca3 dlq %s", async (line, code, message, hint) => {
    const result = await at.dlq(line);
    expect([result.code, result.out]).toEqual([code, ""]);
    expect(result.notes).toContain(`error: ${message}`);
    if (hint) expect(result.notes).toContain(`try: ${hint}`);
    expect(await at.states()).toEqual(["open", "open", "open"]);
  });

  test("an unknown id among known ones does nothing at all", async () => {
    expect((await at.dlq(`replay ${id(1)} nothing`)).code).toBe(1);
    expect((await at.dlq(`drop ${id(1)} nothing --yes`)).code).toBe(1);
    expect(await at.states()).toEqual(["open", "open", "open"]);
    expect(await at.inTopic()).toEqual([]);
  });

  test.each(["list", "show x", "replay --all", "drop --all --yes"])(
    "ca3 dlq %s without a data folder makes none",
    async (line) => {
      const missing = join(at.folder, "missing");
      const result = await ca3([...`dlq ${line}`.split(" "), "--data", missing]);
      expect(result.code).toBe(1);
      expect(result.notes).toContain(`there is no data folder ${missing}\n  try: ca3 up --data ${missing}`);
      mkdirSync(missing);
      const empty = await ca3([...`dlq ${line}`.split(" "), "--data", missing]);
      expect(empty.notes).toContain(`the data folder ${missing} holds no store`);
      expect(existsSync(join(missing, "store.db"))).toBe(false);
    },
  );

  test("the data folder comes from the environment too", async () => {
    const { code, out } = await ca3("dlq list --reason too_old", { env: { CA3_DATA: at.folder } });
    expect(code).toBe(0);
    expect(out).toContain(id(2));
  });
});
