import { expect, test } from "bun:test";
import Type from "typebox";
import { HttpProblem } from "../../../http/problem.ts";
import { queryReader } from "./parse.ts";

const read = queryReader(
  Type.Object(
    {
      by: Type.Enum(["model", "gpu"]),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
      width: Type.Optional(Type.Enum([10, 60])),
      last: Type.Optional(Type.String({ pattern: "^\\d+s$", description: "a time such as 15s" })),
      parts: Type.Optional(Type.Array(Type.Enum(["a", "b"]), { maxItems: 2 })),
      host: Type.Optional(Type.String({ minLength: 1, maxLength: 4 })),
    },
    { additionalProperties: false },
  ),
);
const parse = (query: string) => read(new URLSearchParams(query));
const complaints = (query: string) => {
  try {
    parse(query);
  } catch (error) {
    if (error instanceof HttpProblem)
      return error.members.errors?.map(({ parameter, detail }) => `${parameter}: ${detail}`);
    throw error;
  }
  return [];
};

test("numbers and lists are read as what the schema says", () => {
  expect(parse("by=gpu&limit=3&width=60&last=9s&parts=a,%20b&host=h")).toEqual({
    by: "gpu",
    limit: 3,
    width: 60,
    last: "9s",
    parts: ["a", "b"],
    host: "h",
  });
});

test.each([
  ["", ["by: expected one of model, gpu"]],
  ["by=team", ["by: expected one of model, gpu"]],
  ["by=gpu&by=gpu", ["by: is given twice"]],
  ["by=gpu&limit=0", ["limit: expected a whole number from 1 to 5"]],
  ["by=gpu&limit=1.5", ["limit: expected a whole number from 1 to 5"]],
  ["by=gpu&limit=", ["limit: expected a whole number from 1 to 5"]],
  ["by=gpu&limit=NaN", ["limit: expected a whole number from 1 to 5"]],
  ["by=gpu&width=20", ["width: expected one of 10, 60"]],
  ["by=gpu&last=soon", ["last: expected a time such as 15s"]],
  ["by=gpu&parts=a,c", ["parts: expected a comma-separated list of a, b"]],
  ["by=gpu&host=", ["host: expected text of 1 to 4 characters"]],
  ["by=gpu&__proto__=x", ["__proto__: is unknown; there are by, limit, width, last, parts, host"]],
  [
    "by=gpu&hsot=x&limit=9",
    [
      "hsot: is unknown; there are by, limit, width, last, parts, host",
      "limit: expected a whole number from 1 to 5",
    ],
  ],
])("%s is refused with every wrong parameter named", (query, expected) =>
  expect(complaints(query)).toEqual(expected),
);

test("where nothing is known, that is said", () => {
  const none = queryReader(Type.Object({}, { additionalProperties: false }));
  expect(() => none(new URLSearchParams("x=1"))).toThrow("x: there are no parameters here");
});
