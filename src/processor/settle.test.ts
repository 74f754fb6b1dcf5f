import { expect, test } from "bun:test";
import { gpuEvent, storedEvent } from "../../tests/helpers/telemetry.ts";
import type { InsertOutcome, Position, StoredEvent } from "../store/port.ts";
import { insertBatches, planRound } from "./settle.ts";

/** `a:5=x` is the record at offset 5 of partition a that carries event x. */
function events(...words: string[]): StoredEvent[] {
  return words.map((word) => {
    const [, origin, offset, id] = /^(\w):(\d+)=(\w+)$/.exec(word)!;
    return storedEvent(origin!, Number(offset), gpuEvent(id!));
  });
}

function store(held: Record<string, string>, refuse: readonly string[] = []) {
  const places = new Map(
    Object.entries(held).map(([id, place]): [string, Position] => {
      const [origin, offset] = place.split(":");
      return [id, { origin: origin!, offset: Number(offset) }];
    }),
  );
  const calls: string[][] = [];
  const insert = async (all: readonly StoredEvent[]): Promise<InsertOutcome> => {
    calls.push(all.map((one) => one.event.event_id));
    const duplicates = new Map<number, Position>();
    const refused = new Map<number, string>();
    all.forEach((one, index) => {
      const place = places.get(one.event.event_id);
      if (refuse.includes(`${one.origin}:${one.offset}`)) refused.set(index, "too large");
      else if (place) duplicates.set(index, place);
      else places.set(one.event.event_id, { origin: one.origin, offset: one.offset });
    });
    return { duplicates, refused };
  };
  return { insert, calls };
}

const short = (all: readonly StoredEvent[]) =>
  all.map(({ origin, offset }) => `${origin}:${offset}`).join(" ");

type Row = [
  title: string,
  batches: string[][],
  held: Record<string, string>,
  refuse: string[],
  want: { own: string; replayed: number; resent: number; refused: string }[],
];

test.each<Row>([
  [
    "new events are own",
    [["a:1=x", "a:2=y"]],
    {},
    [],
    [{ own: "a:1 a:2", replayed: 0, resent: 0, refused: "" }],
  ],
  [
    "an event at its own position is a replay and counts",
    [["a:1=x", "a:2=y"]],
    { x: "a:1" },
    [],
    [{ own: "a:1 a:2", replayed: 1, resent: 0, refused: "" }],
  ],
  [
    "an event at another position was sent again and does not count",
    [["a:1=x", "a:2=y"]],
    { x: "b:1" },
    [],
    [{ own: "a:2", replayed: 0, resent: 1, refused: "" }],
  ],
  [
    "the same offset of another partition is another position",
    [["a:1=x"]],
    { x: "b:1" },
    [],
    [{ own: "", replayed: 0, resent: 1, refused: "" }],
  ],
  [
    "within a batch the first mention wins",
    [["a:1=x", "a:2=x", "a:3=x"]],
    {},
    [],
    [{ own: "a:1", replayed: 0, resent: 2, refused: "" }],
  ],
  [
    "within a batch the mention that the store holds wins on a replay",
    [["a:1=x", "a:2=y", "a:3=x"]],
    { x: "a:3" },
    [],
    [{ own: "a:2 a:3", replayed: 1, resent: 1, refused: "" }],
  ],
  [
    "across partitions the first mention wins",
    [
      ["a:1=x", "a:2=z"],
      ["b:1=y", "b:2=x"],
    ],
    {},
    [],
    [
      { own: "a:1 a:2", replayed: 0, resent: 0, refused: "" },
      { own: "b:1", replayed: 0, resent: 1, refused: "" },
    ],
  ],
  [
    "across partitions the one that the store holds wins on a replay",
    [["a:1=x"], ["b:1=y", "b:2=x", "b:3=z"]],
    { x: "b:2" },
    [],
    [
      { own: "", replayed: 0, resent: 1, refused: "" },
      { own: "b:1 b:2 b:3", replayed: 1, resent: 0, refused: "" },
    ],
  ],
  [
    "a refused event does not take its later mentions along",
    [["a:1=x", "a:2=x"], ["b:7=x"]],
    {},
    ["a:1"],
    [
      { own: "a:2", replayed: 0, resent: 0, refused: "a:1" },
      { own: "", replayed: 0, resent: 1, refused: "" },
    ],
  ],
  [
    "every mention may be refused",
    [["a:1=x", "a:2=x"]],
    {},
    ["a:1", "a:2"],
    [{ own: "", replayed: 0, resent: 0, refused: "a:1 a:2" }],
  ],
])("%s", async (_title, batches, held, refuse, want) => {
  const settled = await insertBatches(
    batches.map((words) => events(...words)),
    store(held, refuse).insert,
  );
  expect(
    settled.map(({ own, refused, replayed, resent }) => ({
      own: short(own),
      replayed,
      resent,
      refused: short(refused.map(({ event }) => event)),
    })),
  ).toEqual(want);
});

test("ids in one call to the store are distinct, and no events make no call", async () => {
  const { insert, calls } = store({}, ["a:1"]);
  await insertBatches([events("a:1=x", "a:2=x", "a:3=y"), events("b:1=y")], insert);
  expect(calls).toEqual([["x", "y"], ["x"]]);
  await insertBatches([[], []], insert);
  expect(calls.length).toBe(2);
});

test("the events of a batch are neighbours in the round", () => {
  const round = planRound([events("a:1=x"), [], events("b:1=x", "b:2=y", "b:3=z")]);
  expect(round.starts).toEqual([0, 1, 1, 3]);
  expect(round.repeats).toEqual([{ event: expect.anything(), batch: 2, first: 0 }]);
});
