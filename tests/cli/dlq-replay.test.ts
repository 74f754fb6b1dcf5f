import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { replayRecord } from "../../src/cli/dlq/replay.ts";
import { ca3Process } from "../helpers/cli.ts";
import { binary, broken, id, letter, old, openFolder } from "./dlq-folder.ts";

let at: Awaited<ReturnType<typeof openFolder>>;
beforeEach(async () => {
  at = await openFolder();
});
afterEach(() => at.close());

describe("ca3 dlq replay", () => {
  test("sends the original bytes, key and headers to the topic, with the id of the letter, and marks it", async () => {
    const { code, out, err } = await ca3Process(["dlq", "replay", id(1), id(3), "--data", at.folder]);
    expect({ code, out }).toEqual({ code: 0, out: "2 sent again\n" });
    expect(err).toContain(`next: ca3 dlq list --data ${at.folder}`);
    expect(await at.states()).toEqual(["replayed", "open", "replayed"]);
    const sent = (await at.inTopic()).sort((a, b) => b.value.length - a.value.length);
    expect(sent.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual([
      { key: "GPU-1", value: broken.value, headers: { ...broken.headers, "ca3-replay-of": id(1) } },
      { key: null, value: binary.value, headers: { "ca3-replay-of": id(3) } },
    ]);
  });

  test("again changes nothing, and says so", async () => {
    await at.dlq(`replay ${id(1)}`);
    const again = await at.dlq(`replay ${id(1)} --output json`);
    expect(JSON.parse(again.out)).toEqual({ version: 1, replayed: [], skipped: 1 });
    expect(again.notes).toContain("1 had been sent again before");
    expect(await at.inTopic()).toHaveLength(1);
  });

  test("killed between sending and marking, the next replay marks without sending twice", async () => {
    await at.log.append([replayRecord(broken), replayRecord(old)]);
    expect(await at.states()).toEqual(["open", "open", "open"]);
    expect((await at.dlq("replay --all")).out).toBe("3 sent again");
    expect(await at.states()).toEqual(["replayed", "replayed", "replayed"]);
    expect(await at.inTopic()).toHaveLength(3);
  });

  test("of one reason leaves the others", async () => {
    await at.dlq("replay --reason too_old");
    expect(await at.states()).toEqual(["open", "replayed", "open"]);
    expect((await at.inTopic()).map(({ value }) => value)).toEqual([old.value]);
    expect(await at.dlq("replay --reason too_old")).toMatchObject({ code: 0, out: "0 sent again" });
  });

  test("of all goes over many pages, and not into what was rejected meanwhile", async () => {
    await at.store.addDeadLetters(Array.from({ length: 220 }, (_, index) => letter(100 + index)));
    await at.store.addDeadLetters([letter(999, { appendedMs: Date.now() + 60_000 })]);
    expect((await at.dlq("replay --all")).out).toBe("223 sent again");
    expect(await at.inTopic()).toHaveLength(223);
    expect((await at.store.getDeadLetter(id(999)))?.state).toBe("open");
  });

  test("a dropped one can be replayed by its id, not with --all", async () => {
    await at.store.markDeadLetters([id(1)], "dropped");
    expect((await at.dlq("replay --all")).out).toBe("2 sent again");
    expect((await at.dlq(`replay ${id(1)}`)).out).toBe("1 sent again");
    expect(await at.inTopic()).toHaveLength(3);
  });

  test("of a topic that is gone marks nothing", async () => {
    await at.store.addDeadLetters([letter(5, { topic: "gone" })]);
    const { code, notes } = await at.dlq(`replay ${id(5)}`);
    expect(code).toBe(1);
    expect(notes).toContain("no topic gone");
    expect((await at.store.getDeadLetter(id(5)))?.state).toBe("open");
  });
});

describe("ca3 dlq drop", () => {
  test("asks on a terminal, and marks without deleting", async () => {
    const no = await at.dlq("drop --all", { interactive: true, answers: ["n"] });
    expect({ code: no.code, notes: no.notes }).toEqual({
      code: 8,
      notes:
        "Drop 3 dead letters?\nerror: not confirmed; nothing was changed\n  see: ca3 help errors CA3_UNCONFIRMED",
    });
    expect(await at.states()).toEqual(["open", "open", "open"]);
    const yes = await at.dlq("drop --reason malformed_json", { interactive: true, answers: ["y"] });
    expect({ code: yes.code, out: yes.out }).toEqual({ code: 0, out: "2 dropped" });
    expect(await at.states()).toEqual(["dropped", "open", "dropped"]);
    expect((await at.dlq(`show ${id(1)} --raw`)).bytes).toEqual(broken.value);
  });

  test("without a terminal needs --yes", async () => {
    const refused = await at.dlq(`drop ${id(1)}`);
    expect(refused.code).toBe(8);
    expect(refused.notes).toContain(`try: ca3 dlq drop ${id(1)} --yes --data ${at.folder}`);
    expect(await at.states()).toEqual(["open", "open", "open"]);
    const { out } = await at.dlq(`drop ${id(1)} --yes --output json`);
    expect(JSON.parse(out)).toEqual({ version: 1, dropped: [id(1)] });
    expect(await at.states()).toEqual(["dropped", "open", "open"]);
  });
});
