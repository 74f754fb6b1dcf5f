import { expect } from "bun:test";
import type { DeadLetter } from "../../../src/store/port.ts";
import type { Contract } from "./contract.ts";
import { START_MS } from "./samples.ts";

export const deadLetter = (id: string, more: Partial<DeadLetter> = {}): DeadLetter => ({
  id,
  origin: "log-1/gpu.metrics.v1/0",
  offset: 7,
  topic: "gpu.metrics.v1",
  key: "GPU-1",
  value: new Uint8Array([0, 255, 123, 34, 10]),
  headers: { "content-type": "application/json", odd: "ü\n" },
  reason: "malformed_json",
  detail: "unexpected end of input",
  appendedMs: START_MS,
  state: "open",
  ...more,
});

const ids = (letters: readonly DeadLetter[]) => letters.map((letter) => letter.id);

export const deadLetterPromises: Contract = {
  "a dead letter comes back as it was, to the byte": async (store) => {
    const full = deadLetter("o/1");
    const bare = deadLetter("o/2", { key: null, headers: {}, value: new Uint8Array() });
    await store.addDeadLetters([full, bare]);
    expect(await store.getDeadLetter("o/1")).toEqual(full);
    expect(await store.getDeadLetter("o/2")).toEqual(bare);
    expect(await store.listDeadLetters({ limit: 10 })).toEqual([full, bare]);
    expect(await store.getDeadLetter("o/3")).toBeUndefined();
  },
  "a known dead letter is left as it is": async (store) => {
    const first = deadLetter("o/1");
    await store.addDeadLetters([first]);
    await store.markDeadLetters(["o/1"], "replayed");
    await store.addDeadLetters([
      deadLetter("o/1", { reason: "other", detail: "changed" }),
      deadLetter("o/2"),
    ]);
    expect(await store.getDeadLetter("o/1")).toEqual({ ...first, state: "replayed" });
    expect(ids(await store.listDeadLetters({ limit: 10 }))).toEqual(["o/1", "o/2"]);
  },
  "marking changes the named ones, may be repeated, and ignores ids that do not exist": async (store) => {
    await store.addDeadLetters([deadLetter("o/1"), deadLetter("o/2"), deadLetter("o/3")]);
    for (let again = 0; again < 2; again += 1) await store.markDeadLetters(["o/1", "o/9"], "dropped");
    await store.markDeadLetters([], "dropped");
    expect(ids(await store.listDeadLetters({ state: "dropped", limit: 10 }))).toEqual(["o/1"]);
    expect(ids(await store.listDeadLetters({ state: "open", limit: 10 }))).toEqual(["o/2", "o/3"]);
    expect(await store.getDeadLetter("o/9")).toBeUndefined();
  },
  "a list is in order of ids, goes on after an id, and keeps to state and reason": async (store) => {
    const reasons = ["too_old", "malformed_json"];
    const letters = ["o/4", "o/1", "o/3", "o/0", "o/2"].map((id) =>
      deadLetter(id, { reason: reasons[Number(id.at(-1)) % 2]! }),
    );
    await store.addDeadLetters(letters);
    await store.markDeadLetters(["o/2"], "replayed");
    const list = async (query: Partial<Parameters<typeof store.listDeadLetters>[0]>) =>
      ids(await store.listDeadLetters({ limit: 10, ...query }));
    expect(await list({})).toEqual(["o/0", "o/1", "o/2", "o/3", "o/4"]);
    expect(await list({ limit: 2 })).toEqual(["o/0", "o/1"]);
    expect(await list({ limit: 2, after: "o/1" })).toEqual(["o/2", "o/3"]);
    expect(await list({ after: "o/4" })).toEqual([]);
    expect(await list({ reason: "too_old" })).toEqual(["o/0", "o/2", "o/4"]);
    expect(await list({ reason: "too_old", state: "open" })).toEqual(["o/0", "o/4"]);
    expect(await list({ reason: "too_old", state: "open", after: "o/0", limit: 1 })).toEqual(["o/4"]);
    expect(await list({ state: "dropped" })).toEqual([]);
  },
  "counts are by state and reason": async (store) => {
    expect(await store.countDeadLetters()).toEqual([]);
    await store.addDeadLetters([
      deadLetter("o/1"),
      deadLetter("o/2"),
      deadLetter("o/3", { reason: "too_old" }),
      deadLetter("o/4"),
    ]);
    await store.markDeadLetters(["o/4"], "dropped");
    const counts = (await store.countDeadLetters()).map((one) => `${one.state} ${one.reason} ${one.count}`);
    expect(counts.sort()).toEqual(["dropped malformed_json 1", "open malformed_json 2", "open too_old 1"]);
  },
};
