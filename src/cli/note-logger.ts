import type { LogFields, Logger } from "../support/log.ts";
import type { Io } from "./io.ts";

/** Shows what services report as notes for a person; `debug` and `info` stay silent. */
export function noteLogger(io: Pick<Io, "note">, carried: LogFields = {}): Logger {
  const say = (prefix: string) => (message: string, fields?: LogFields) => {
    const words = Object.entries({ ...carried, ...fields }).map(
      ([name, value]) => `${name}: ${wordOf(value)}`,
    );
    io.note(`${prefix}${message}${words.length === 0 ? "" : ` (${words.join(", ")})`}`);
  };
  return {
    debug: () => {},
    info: () => {},
    warn: say("warning: "),
    error: say("problem: "),
    with: (fields) => noteLogger(io, { ...carried, ...fields }),
  };
}

const wordOf = (value: unknown): string =>
  value instanceof Error ? value.message : typeof value === "object" ? JSON.stringify(value) : String(value);
