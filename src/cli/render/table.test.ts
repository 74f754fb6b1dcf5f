import { expect, test } from "bun:test";
import { cut, renderTable } from "./table.ts";

const columns = [{ title: "MODEL" }, { title: "TOKENS", align: "right" }, { title: "NOTE" }] as const;
const plain = { color: false };

test("words go left, numbers right, and no line ends in spaces", () => {
  const rows = [
    ["llama-3-70b", "22,361,870", ""],
    ["qwen", "12", "modelled"],
  ];
  expect(renderTable(columns, rows, { ...plain, footer: ["total", "22,361,882"] })).toBe(
    [
      "MODEL            TOKENS  NOTE",
      "llama-3-70b  22,361,870",
      "qwen                 12  modelled",
      "total        22,361,882",
    ].join("\n"),
  );
});

test("a table without titles has no header line", () => {
  expect(renderTable([{ title: "" }, { title: "" }], [["a", "b"]], plain)).toBe("a  b");
});

test("wide letters and emoji keep the columns straight", () => {
  const text = renderTable(
    [{ title: "A" }, { title: "B" }],
    [
      ["模型", "x"],
      ["abcd", "y"],
    ],
    plain,
  );
  expect(text.split("\n").slice(1)).toEqual(["模型  x", "abcd  y"]);
});

test("control characters from events cannot steer the terminal", () => {
  expect(renderTable([{ title: "" }], [["a\u001b[31mb\nc\u202e"]], plain)).toBe("a�[31mb�c�");
});

test("the widest text column is cut to the width, numbers are not", () => {
  const rows = [["a-very-long-model-name-indeed", "1,000,000", "ok"]];
  const lines = renderTable(columns, rows, { ...plain, maxWidth: 30 }).split("\n");
  expect(lines[1]).toBe("a-very-long-…  1,000,000  ok");
  expect(lines.every((line) => Bun.stringWidth(line) <= 30)).toBe(true);
});

test("colour changes how a table looks and not what it says", () => {
  const options = { color: true, footer: ["total", "2", ""] };
  const colored = renderTable(columns, [["a", "1", "x"]], options);
  expect(colored).toContain("\u001b[");
  expect(Bun.stripANSI(colored)).toBe(renderTable(columns, [["a", "1", "x"]], { ...options, color: false }));
});

test.each([
  ["abc", 3, "abc"],
  ["abcd", 3, "ab…"],
  ["模型模型", 5, "模型…"],
] as const)("cut(%s, %d) is %s", (text, width, expected) => expect(cut(text, width)).toBe(expected));
