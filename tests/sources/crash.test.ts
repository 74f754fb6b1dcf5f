import { expect, test } from "bun:test";
import { memoryCheckpoints } from "../../src/producer/checkpoints.ts";
import { createOutbox, readCheckpoint } from "../../src/producer/scrape/outbox.ts";
import type { EventSource } from "../../src/producer/source.ts";
import { limited } from "../../src/producer/sources/limited.ts";
import type { TokenEvent } from "../../src/telemetry/events.ts";
import { never, outage, producer, tokenEvent } from "../helpers/producer.ts";

/** A world whose counter goes on whether somebody reads it or not. */
function createWorld(readings: number) {
  let counter = 0;
  let left = readings;
  /** A source that reads the counter, as those do that scrape: what it read once it cannot read again. */
  const source = (): EventSource => {
    const outbox = createOutbox();
    return {
      name: "world",
      describe: () => "world",
      health: () => ({ ok: true, detail: "" }),
      acknowledged: outbox.acknowledged,
      async *read(_signal, resume) {
        const kept = readCheckpoint(resume);
        let { seq, counted } = (kept?.state ?? { seq: 0, counted: 0 }) as { seq: number; counted: number };
        if (kept && kept.events.length > 0) yield outbox.add(kept.events, kept.state);
        for (; left > 0; left--) {
          counter += 1 + (left % 7);
          const event = { ...tokenEvent("world", seq++), input_tokens: counter - counted };
          counted = counter;
          yield outbox.add([{ kind: "token", event, dueMs: 0 }], { seq, counted });
        }
      },
    };
  };
  return { source, counter: () => counter };
}

const tokens = (log: ReadonlyMap<string, TokenEvent>) =>
  [...log.values()].reduce((sum, { input_tokens }) => sum + input_tokens, 0);

test("killed at any append, before or after the log took it, and with outages between: every count is there once", async () => {
  for (let killAt = 0; killAt < 12; killAt++)
    for (const killedAfterwards of [false, true]) {
      const world = createWorld(10);
      const checkpoints = memoryCheckpoints();
      const log = new Map<string, TokenEvent>();
      let appends = 0;
      const append = async (records: { value: Uint8Array }[]) => {
        if (appends % 3 === 1 && appends++ !== killAt) throw outage();
        const isLast = appends++ === killAt;
        if (isLast && !killedAfterwards) throw new Error("killed");
        for (const { value } of records) {
          const event = JSON.parse(new TextDecoder().decode(value)) as TokenEvent;
          if (!log.has(event.event_id)) log.set(event.event_id, event);
        }
        if (isLast) throw new Error("killed");
      };
      for (let start = 0; start < 3; start++)
        await producer({ sources: [world.source()], append, checkpoints })
          .run(never)
          .catch((error: Error) => expect(error.message).toBe("killed"));
      expect({ killAt, killedAfterwards, tokens: tokens(log) }).toEqual({
        killAt,
        killedAfterwards,
        tokens: world.counter(),
      });
    }
});

test("a limit on the number of events goes on where it was, too", async () => {
  const world = createWorld(100);
  const checkpoints = memoryCheckpoints();
  const log = new Map<string, TokenEvent>();
  for (let start = 0; start < 4; start++)
    await producer({
      sources: [limited(world.source(), 10)],
      checkpoints,
      append: async (records) => {
        for (const { value } of records) {
          const event = JSON.parse(new TextDecoder().decode(value)) as TokenEvent;
          log.set(event.event_id, event);
        }
        if (start < 3 && log.size % 3 === 0) throw new Error("killed");
      },
    })
      .run(never)
      .catch(() => {});
  expect(log.size).toBe(10);
});
