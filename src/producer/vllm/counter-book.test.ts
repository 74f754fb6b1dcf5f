import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createCounterBook } from "./counter-book.ts";

const readings = (values: Record<string, number>) =>
  Object.entries(values).map(([key, value]) => ({ key, value }));
function deltas(...pages: Record<string, number>[]) {
  const book = createCounterBook();
  return pages.map((page) => Object.fromEntries(book.read(readings(page)).by));
}

describe("what counters have counted", () => {
  test.each<[string, Record<string, number>[], Record<string, number>[]]>([
    [
      "nothing at first, then the difference",
      [
        { a: 5, b: 1 },
        { a: 7, b: 1 },
      ],
      [{}, { a: 2 }],
    ],
    [
      "a restart of all, one of which has overtaken",
      [
        { a: 500, b: 900, c: 2 },
        { a: 3, b: 4, c: 5 },
      ],
      [{}, { a: 3, b: 4, c: 5 }],
    ],
    [
      "a single one that began again",
      [
        { a: 500, b: 900, c: 9 },
        { a: 510, b: 4, c: 10 },
      ],
      [{}, { a: 10, b: 4, c: 1 }],
    ],
    ["one that is new", [{ a: 5 }, { a: 5, b: 3 }], [{}, { b: 3 }]],
    ["one that was missing for a while", [{ a: 5, b: 1 }, { b: 1 }, { a: 9, b: 1 }], [{}, {}, { a: 4 }]],
    [
      "one that is missing while the others restart",
      [{ a: 5, b: 9 }, { b: 1 }, { a: 2, b: 1 }],
      [{}, { b: 1 }, { a: 2 }],
    ],
    [
      "values that are none",
      [{ a: 5 }, { a: Number.NaN }, { a: Number.POSITIVE_INFINITY }, { a: 8 }],
      [{}, {}, {}, { a: 3 }],
    ],
  ])("%s", (_name, pages, expected) => expect(deltas(...pages)).toEqual(expected));

  test("resets are counted", () => {
    const book = createCounterBook();
    book.read(readings({ a: 5, b: 5, c: 5 }));
    expect(book.read(readings({ a: 1, b: 6, c: 6 }))).toMatchObject({ resets: 1, restarted: false });
    expect(book.read(readings({ a: 0, b: 0, c: 0 }))).toMatchObject({ resets: 3, restarted: true });
  });

  test("a book that is kept goes on", () => {
    const book = createCounterBook();
    book.read(readings({ a: 5 }));
    const next = createCounterBook();
    next.restore(JSON.parse(JSON.stringify(book.state())));
    expect(Object.fromEntries(next.read(readings({ a: 9 })).by)).toEqual({ a: 4 });
    next.forget();
    expect(next.read(readings({ a: 50 })).by.size).toBe(0);
  });
});

test("whatever the counters do, deltas are never negative, and they sum to what was counted between readings", () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ a: fc.nat(1000), b: fc.nat(1000), c: fc.nat(1000) }) },
    { weight: 1, arbitrary: fc.constant("restart" as const) },
    { weight: 3, arbitrary: fc.constant("read" as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const book = createCounterBook();
      // What the process shows is high enough that no restart can overtake it before the next reading.
      const high = { a: 1e7, b: 1e7, c: 1e7 };
      let shows = { ...high };
      const [seen, truth] = [
        { a: 0, b: 0, c: 0 },
        { a: 0, b: 0, c: 0 },
      ];
      let unread = { a: 0, b: 0, c: 0 };
      let fresh = false;
      book.read(readings(shows));
      const each = (fn: (key: "a" | "b" | "c") => void) => (["a", "b", "c"] as const).forEach(fn);
      for (const now of [...steps, "read" as const]) {
        if (now === "restart") {
          if (fresh) continue;
          shows = { a: 0, b: 0, c: 0 };
          unread = { a: 0, b: 0, c: 0 };
          fresh = true;
        } else if (now === "read") {
          const { by } = book.read(readings(shows));
          each((key) => {
            expect(by.get(key) ?? 0).toBeGreaterThanOrEqual(0);
            seen[key] += by.get(key) ?? 0;
            truth[key] += unread[key];
          });
          unread = { a: 0, b: 0, c: 0 };
          if (fresh) {
            book.read(readings({ a: shows.a + 1e7, b: shows.b + 1e7, c: shows.c + 1e7 }));
            each((key) => {
              shows[key] += 1e7;
            });
          }
          fresh = false;
        } else
          each((key) => {
            shows[key] += now[key];
            unread[key] += now[key];
          });
      }
      expect(seen).toEqual(truth);
    }),
  );
});

test("values without any sense never give a negative delta", () => {
  const page = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.double());
  fc.assert(
    fc.property(fc.array(page, { maxLength: 20 }), (pages) => {
      for (const delta of deltas(...pages))
        for (const value of Object.values(delta)) expect(value).toBeGreaterThan(0);
    }),
  );
});
