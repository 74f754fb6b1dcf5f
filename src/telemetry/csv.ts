export type CsvValue = string | number | boolean | null;

/**
 * A table as RFC 4180 says: CRLF after every line, fields with a comma, quote or line break in quotes, quotes doubled.
 * `null` is an empty field; an empty text is `""`, so that the two can be told apart.
 */
export function csvText(header: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [header, ...rows].map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}

function csvField(value: CsvValue): string {
  if (value === null) return "";
  const text = String(value);
  return text === "" || /[",\r\n]/.test(text) || text !== text.trim()
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}
