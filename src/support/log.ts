import type { Clock } from "./clock.ts";
import { systemClock } from "./clock.ts";
import { withoutCredentials } from "./credentials.ts";
import { Secret } from "./secret.ts";

const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFields = Readonly<Record<string, unknown>>;

/** Where services say what happens. A message is a constant sentence; what varies goes into the fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same logger with fields that every line of it carries. */
  with(fields: LogFields): Logger;
}

export type LogOptions = { readonly clock?: Clock; readonly level?: LogLevel; readonly fields?: LogFields };

/**
 * One JSON object per line: `ts` (RFC 3339, UTC), `level`, `message`, then the fields. Secrets and credentials
 * inside URLs are redacted, errors are spelled out with their causes. It never throws, whatever the fields hold.
 */
export function jsonLogger(write: (line: string) => void, options: LogOptions = {}): Logger {
  const clock = options.clock ?? systemClock;
  const least = logLevels.indexOf(options.level ?? "info");
  const say =
    (level: LogLevel) =>
    (message: string, fields?: LogFields): void => {
      if (logLevels.indexOf(level) < least) return;
      const ts = new Date(clock.now()).toISOString();
      write(toJson({ ts, level, message, ...options.fields, ...fields }));
    };
  return {
    debug: say("debug"),
    info: say("info"),
    warn: say("warn"),
    error: say("error"),
    with: (fields) => jsonLogger(write, { ...options, fields: { ...options.fields, ...fields } }),
  };
}

/** For places where nobody reads a log, such as tests. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLogger,
};

function toJson(line: LogFields): string {
  try {
    return JSON.stringify(line, spellOut);
  } catch (error) {
    const { ts, level, message } = line;
    return JSON.stringify({ ts, level, message, unloggable: String(error) });
  }
}

function spellOut(_key: string, value: unknown): unknown {
  if (typeof value === "string") return withoutCredentials(value);
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Secret) return "[redacted]";
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Error) {
    const { name, message, cause } = value;
    const { code, hint } = value as { code?: unknown; hint?: unknown };
    return { name, message, code, hint, cause };
  }
  return value;
}
