import { expect, test } from "bun:test";
import fc from "fast-check";
import { createOutbox, readCheckpoint } from "../scrape/outbox.ts";
import type { EventSource, SourcedEvent } from "../source.ts";
import { limited } from "./limited.ts";

const never = new AbortController().signal;
const numbered = (size: number): EventSource => ({
  name: "numbers",
  describe: () => "numbers",
  async *read(_signal, resume) {
    for (let n = Number(resume ?? 0); n < 100; n += size) {
      const events = Array.from(
        { length: size },
        (_, at) => ({ event: { seq: n + at } }) as unknown as SourcedEvent,
      );
      yield { events, checkpoint: String(n + size) };
    }
  },
  health: () => ({ ok: true, detail: "" }),
});

test("the count holds over all starts, wherever a run was cut", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }),
      async (size, count, cuts) => {
        const seen: number[] = [];
        let checkpoint: string | undefined;
        for (const cut of [...cuts, Number.POSITIVE_INFINITY]) {
          let batches = 0;
          for await (const batch of limited(numbered(size), count).read(never, checkpoint)) {
            seen.push(...batch.events.map(({ event }) => event.seq));
            checkpoint = batch.checkpoint;
            if (++batches >= cut) break;
          }
        }
        expect(seen).toEqual(Array.from({ length: count }, (_, at) => at));
        for await (const _more of limited(numbered(size), count).read(never, checkpoint))
          expect.unreachable();
      },
    ),
  ));

test("a source that ends earlier ends, and a foreign checkpoint begins anew", async () => {
  let events = 0;
  for await (const batch of limited(numbered(10), 1000).read(never, "no checkpoint"))
    events += batch.events.length;
  expect(events).toBe(100);
});

test("an acknowledgement while the source makes a batch does not part the count from what is kept ahead", async () => {
  const outbox = createOutbox();
  const event = { kind: "token", dueMs: 0 } as SourcedEvent;
  let acknowledge = () => {};
  const source = limited(
    {
      ...numbered(1),
      acknowledged: outbox.acknowledged,
      async *read() {
        yield outbox.add([event], 1);
        const second = outbox.add([event], 2);
        acknowledge();
        yield second;
      },
    },
    5,
  );
  const batches = source.read(never)[Symbol.asyncIterator]();
  const first = (await batches.next()).value;
  acknowledge = () => source.acknowledged?.(first.checkpoint);
  const { given, inner } = JSON.parse((await batches.next()).value.before);
  expect(given + readCheckpoint(inner)!.events.length).toBe(2);
});

test("it says how many it takes", () => {
  expect(limited(numbered(1), 5).describe()).toBe("numbers, the first 5 events");
});
