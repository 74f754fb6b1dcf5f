import { describe, expect, test } from "bun:test";
import type { ValueType } from "../support/setting-types.ts";
import { cardNames, loops, moment, names, someOf, speed } from "./value-types.ts";

type Row = readonly [type: string, of: ValueType<unknown>, raw: unknown, value: unknown];
const kinds = someOf("synthetic", "replay");

const good: readonly Row[] = [
  ["speed", speed, "1x", 1],
  ["speed", speed, " 0.5x ", 0.5],
  ["speed", speed, "max", "max"],
  ["loops", loops, "3", 3],
  ["loops", loops, 3, 3],
  ["loops", loops, "forever", "forever"],
  ["moment", moment, "2026-01-31T08:00:00Z", 1_769_846_400_000],
  ["moment", moment, "2026-01-31T10:00+02:00", 1_769_846_400_000],
  ["cardNames", cardNames, "rtx3090, A100-40gb", ["RTX 3090", "A100 40GB"]],
  ["cardNames", cardNames, ["RTX 3090"], ["RTX 3090"]],
  ["someOf", kinds, "replay,synthetic", ["replay", "synthetic"]],
  ["names", names, "a, b", ["a", "b"]],
  ["names", names, "none", []],
];
test.each(good.map(([type, of, raw, value]) => [type, raw, of, value] as const))(
  "%s reads %p",
  (_type, raw, of, value) => {
    expect(of.parse(raw)).toEqual({ value });
  },
);

describe("a wrong value is a problem in words, never an exception", () => {
  const bad: readonly (readonly [string, ValueType<unknown>, readonly unknown[]])[] = [
    ["speed", speed, ["60", "-1x", "0x", "fast", "1e9x", "", null, {}]],
    ["loops", loops, ["0", "-1", "1.5", "many", "", null]],
    ["moment", moment, ["yesterday", "2026-01-31", "2026-01-31T08:00:00", "2026-13-01T00:00:00Z", 5]],
    ["cardNames", cardNames, ["H9000", "", [], null]],
    ["someOf", kinds, ["kafka", "replay,replay", "", null]],
    ["names", names, ["", null, ","]],
  ];
  test.each(bad.flatMap(([name, of, raws]) => raws.map((raw) => [name, raw, of] as const)))(
    "%s refuses %p",
    (_name, raw, of) => expect(of.parse(raw)).toEqual({ problem: expect.stringMatching(/\w{5}/) }),
  );
});

test.each([
  ["speed", speed, ["1x", "0.5x", "max"]],
  ["moment", moment, ["2026-01-31T08:00:00.000Z"]],
] as const)("what %s prints it reads back", (_name, type, texts) => {
  const of = type as ValueType<unknown>;
  for (const text of texts) expect(of.print!((of.parse(text) as { value: unknown }).value)).toBe(text);
});
