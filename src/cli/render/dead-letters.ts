import type { DeadLetter } from "../../store/port.ts";
import { formatBytes, printable } from "../../support/format.ts";
import { renderTable } from "./table.ts";

const text = new TextDecoder("utf-8", { fatal: true });

/** The bytes as text when they are UTF-8, else in base64. */
export function readable(value: Uint8Array): { readonly text: string } | { readonly base64: string } {
  try {
    return { text: text.decode(value) };
  } catch {
    return { base64: Buffer.from(value).toString("base64") };
  }
}

/** What a list says about a letter: everything but its headers and bytes, which may be large. */
export type LetterSummary = Omit<DeadLetter, "value" | "headers" | "appendedMs"> & {
  /** When the log took the record, RFC 3339. */
  readonly appended: string;
  readonly bytes: number;
};

export function summary({ value, headers: _, appendedMs, ...rest }: DeadLetter): LetterSummary {
  return { ...rest, appended: new Date(appendedMs).toISOString(), bytes: value.byteLength };
}

/** One line per letter. */
export function letterTable(letters: readonly LetterSummary[], color: boolean): string {
  const columns = [
    { title: "ID" },
    { title: "STATE" },
    { title: "REASON" },
    { title: "APPENDED" },
    { title: "SIZE", align: "right" as const },
    { title: "DETAIL" },
  ];
  const rows = letters.map((letter) => [
    letter.id,
    letter.state,
    letter.reason,
    letter.appended,
    formatBytes(letter.bytes),
    letter.detail,
  ]);
  return renderTable(columns, rows, { color });
}

/** Everything about one letter, its bytes last. */
export function letterPage(letter: DeadLetter, color: boolean): string {
  const body = readable(letter.value);
  const facts = [
    ["id", letter.id],
    ["state", letter.state],
    ["reason", letter.reason],
    ["detail", letter.detail],
    ["topic", letter.topic],
    ["origin", `${letter.origin}, offset ${letter.offset}`],
    ["appended", new Date(letter.appendedMs).toISOString()],
    ["key", letter.key ?? "none"],
    ...Object.entries(letter.headers).map(([name, value]) => ["header", `${name}: ${value}`]),
    ["bytes", `${letter.value.byteLength}${"base64" in body ? ", not UTF-8, shown in base64" : ""}`],
  ];
  const lines = "text" in body ? body.text.split("\n").map(printable) : [body.base64];
  return [renderTable([{ title: "" }, { title: "" }], facts, { color }), "", ...lines].join("\n");
}

/** The same for scripts. */
export function letterJson(letter: DeadLetter): Record<string, unknown> {
  return { ...summary(letter), headers: letter.headers, ...readable(letter.value) };
}
