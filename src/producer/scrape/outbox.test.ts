import { expect, test } from "bun:test";
import fc from "fast-check";
import { tokenEvent } from "../../../tests/helpers/producer.ts";
import { createOutbox, readCheckpoint } from "./outbox.ts";

const events = (n: number, count = 2) =>
  Array.from({ length: count }, (_, at) => ({
    kind: "token" as const,
    event: tokenEvent(`s${n}`, at),
    dueMs: 0,
  }));

test("what is not acknowledged is kept with the state after it", () => {
  const outbox = createOutbox();
  const [one, two] = [outbox.add(events(1), "after 1"), outbox.add(events(2), "after 2")];
  expect(readCheckpoint(two.before)).toEqual({ state: "after 2", events: [...events(1), ...events(2)] });
  expect(readCheckpoint(two.checkpoint)).toEqual({ state: "after 2", events: [] });
  outbox.acknowledged(one.checkpoint);
  expect(readCheckpoint(outbox.add(events(3), "after 3").before)).toEqual({
    state: "after 3",
    events: [...events(2), ...events(3)],
  });
});

test("a batch is known by itself, also when nothing happened in between", () => {
  const outbox = createOutbox();
  const [one, two] = [outbox.add([], "same"), outbox.add([], "same")];
  expect(one.checkpoint).not.toBe(two.checkpoint);
});

test.each([undefined, "", "{", "[]", '{"version":2,"events":[]}', '{"version":1}'])(
  "%j is no checkpoint",
  (text) => expect(readCheckpoint(text)).toBeUndefined(),
);

test("whenever it ends, what is in the log and what is kept are all that was given out", () => {
  const step = fc.record({ count: fc.nat(3), acknowledges: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const outbox = createOutbox();
      const inFlight: { checkpoint: string; ids: string[] }[] = [];
      const logged = new Set<string>();
      const given = new Set<string>();
      let kept: string | undefined;
      for (const [n, { count, acknowledges }] of steps.entries()) {
        const { events: some, checkpoint, before } = outbox.add(events(n, count), n);
        const ids = some.map(({ event }) => event.event_id);
        for (const id of ids) given.add(id);
        kept = before;
        inFlight.push({ checkpoint, ids });
        for (const done of inFlight.splice(0, acknowledges)) {
          for (const id of done.ids) logged.add(id);
          outbox.acknowledged(done.checkpoint);
        }
        const unsent = readCheckpoint(kept)!.events.map(({ event }) => event.event_id);
        expect(new Set([...logged, ...unsent])).toEqual(given);
      }
    }),
  );
});
