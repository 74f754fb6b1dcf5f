/**
 * Index of the first character at which a text stops being JSON, for messages; the runtime's own error does not say it.
 * The length of the text when it ends too early.
 */
export function jsonErrorAt(text: string): number {
  const closers: string[] = [];
  let at = 0;
  /** What may come next: a value, a key, what follows a value, or a value or the end of a list just opened. */
  let expects: "value" | "key" | "after" = "value";
  let isFirst = false;
  for (;;) {
    at += blanks(text, at);
    const letter = text[at];
    if (letter === undefined) return text.length;
    if (expects === "after") {
      const closer = closers.at(-1);
      if (closer === undefined) return at;
      if (letter === closer) closers.pop();
      else if (letter === ",") expects = closer === "}" ? "key" : "value";
      else return at;
      isFirst = false;
      at += 1;
      continue;
    }
    if (isFirst && letter === closers.at(-1)) {
      closers.pop();
      expects = "after";
      isFirst = false;
      at += 1;
      continue;
    }
    isFirst = false;
    if (expects === "key") {
      const length = token(STRING, text, at);
      if (length === 0) return at;
      at += length;
      at += blanks(text, at);
      if (text[at] !== ":") return at;
      at += 1;
      expects = "value";
      continue;
    }
    if (letter === "{" || letter === "[") {
      closers.push(letter === "{" ? "}" : "]");
      expects = letter === "{" ? "key" : "value";
      isFirst = true;
      at += 1;
      continue;
    }
    const length = token(STRING, text, at) || token(LITERAL, text, at);
    if (length === 0) return at;
    at += length;
    expects = "after";
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const BLANKS = /[ \t\r\n]*/y;

function token(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

const blanks = (text: string, at: number): number => token(BLANKS, text, at);

/** Line and column, from 1, of an index into a text. */
export function placeOf(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: index - lineStart + 1 };
}
