import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import Type from "typebox";
import { HttpProblem } from "../../../http/problem.ts";
import { queryReader } from "./parse.ts";
import { askedRange, rangeParameters } from "./range.ts";

const now = Date.parse("2026-11-23T12:00:00Z");
const read = queryReader(Type.Object(rangeParameters, { additionalProperties: false }));
const range = (query: Record<string, string>, fallback = "15m") =>
  askedRange(read(new URLSearchParams(query)), now, fallback);
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
const shown = ({ fromMs, toMs }: ReturnType<typeof range>) => [iso(fromMs), iso(toMs)];

describe("a range", () => {
  test.each([
    [{}, ["2026-11-23T11:45:00.000Z", "2026-11-23T12:00:00.000Z"]],
    [{ last: "30s" }, ["2026-11-23T11:59:30.000Z", "2026-11-23T12:00:00.000Z"]],
    [{ last: "1.5h" }, ["2026-11-23T10:30:00.000Z", "2026-11-23T12:00:00.000Z"]],
    [{ last: "30d" }, ["2026-10-24T12:00:00.000Z", "2026-11-23T12:00:00.000Z"]],
    [{ last: "all" }, [undefined, undefined]],
    [{ to: "2026-11-20T00:00:00Z" }, [undefined, "2026-11-20T00:00:00.000Z"]],
    [
      { from: "2023-11-16T18:00:00.123456789+01:00", to: "2023-11-16T18:00:00Z" },
      ["2023-11-16T17:00:00.123Z", "2023-11-16T18:00:00.000Z"],
    ],
    [{ from: "2026-11-23T00:00:00Z" }, ["2026-11-23T00:00:00.000Z", "2026-11-23T12:00:00.000Z"]],
  ])("%j is read", (query, expected) => expect(shown(range(query as never))).toEqual(expected as never));

  test.each([
    [{ last: "15m", from: "2026-11-23T00:00:00Z" }, "last: give either last, or from and to"],
    [{ from: "2026-11-23T13:00:00Z" }, "from: must be before to, which is now when not given"],
    [{ from: "2026-11-01T00:00:00Z", to: "2026-11-01T00:00:00Z" }, "from: must be before to"],
    [{ from: "1970-01-20T00:00:00Z" }, "from: is before 2000"],
    [{ to: "2027-01-01T00:00:00Z" }, "to: is more than a day ahead"],
    [{ from: "2026-02-30T00:00:00Z" }, "from: there is no such time as 2026-02-30T00:00:00Z"],
    [{ from: "2026-02-03T25:00:00Z" }, "from: there is no such time"],
    [{ from: "2026-11-23" }, "from: expected the start, included, RFC 3339"],
    [{ last: "0s" }, "last: expected at least 1s"],
    [{ last: "999999999d" }, "last: reaches back before 2000; use all"],
    [{ last: "-5m" }, "last: expected a span that ends now"],
    [{ last: "5w" }, "last: expected a span that ends now"],
  ])("%j is refused by name", (query, message) => expect(() => range(query as never)).toThrow(message));
});

test("whatever is asked, the answer is a range that is not empty, or a named problem", () => {
  const word = fc.oneof(
    fc.string(),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.stringMatching(/^\d{0,12}(\.\d)?[smhdx]?$/),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("from", "to", "last"), word), (query) => {
      try {
        const { fromMs, toMs } = range(query);
        expect((fromMs ?? 0) < (toMs ?? now)).toBe(true);
        expect([fromMs ?? 0, toMs ?? 0].every(Number.isInteger)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(HttpProblem);
        expect((error as HttpProblem).kind).toBe("invalid-parameter");
      }
    }),
  );
});
