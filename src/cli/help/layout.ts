/** Breaks text into lines of at most `width` columns, at spaces; a longer word keeps a line to itself. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(" ").filter((one) => one !== "")) {
      if (line !== "" && Bun.stringWidth(line) + 1 + Bun.stringWidth(word) > width) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    return [...lines, line];
  });
}

/** Terms on the left, their meaning wrapped on the right; a long term gets a line of its own. */
export function definitions(
  items: readonly (readonly [term: string, meaning: string])[],
  width: number,
  paint: (term: string) => string = (term) => term,
): string[] {
  const left = Math.min(26, Math.max(0, ...items.map(([term]) => Bun.stringWidth(term))));
  const margin = " ".repeat(left + 4);
  return items.flatMap(([term, meaning]) => {
    const [first = "", ...more] = wrap(meaning, width - left - 4);
    const head = `  ${paint(term)}`;
    const fits = Bun.stringWidth(term) <= left;
    const pad = " ".repeat(Math.max(0, left - Bun.stringWidth(term)) + 2);
    const top = fits ? [(first === "" ? head : head + pad + first).trimEnd()] : [head, margin + first];
    return [...top, ...more.map((line) => margin + line)];
  });
}
