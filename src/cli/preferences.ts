import type { Io } from "./io.ts";

/** How a person wants to be spoken to. Read leniently, so that even a wrong command line is answered that way. */
export type Preferences = {
  readonly quiet: boolean;
  readonly debug: boolean;
  readonly json: boolean;
  /** `undefined`: as the terminal and the environment say. */
  readonly color: boolean | undefined;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The switches that every command has, read before the command line is parsed, so that they hold for its errors too.
 */
export function readPreferences(argv: readonly string[], env: Environment): Preferences {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  const format = words.findLastIndex((word) => word === "--output" || word === "-o");
  const on = words.findLastIndex((word) => word === "--color" || word === "--no-color=false");
  const off = words.findLastIndex((word) => word === "--no-color" || word === "--color=false");
  return {
    quiet: words.includes("--quiet") || words.some((word) => /^-[a-z]*q[a-z]*$/.test(word)),
    debug: words.includes("--debug") || Boolean(env["CA3_DEBUG"]),
    json:
      words.some((word) => word === "--output=json" || /^-o=?json$/.test(word)) ||
      (format !== -1 && words[format + 1] === "json"),
    color: on === off ? undefined : on > off,
  };
}

/** FORCE_COLOR wins, then NO_COLOR and a dumb terminal forbid; else a stream is coloured when it is a terminal. */
export function wantsColor(env: Environment, isTerminal: boolean): boolean {
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0" && env["FORCE_COLOR"] !== "false";
  if (env["NO_COLOR"] || env["TERM"] === "dumb") return false;
  return isTerminal;
}

/** The same terminal, with its colour overruled and, when quiet, without notes and status. */
export function withPreferences(io: Io, { quiet, color }: Pick<Preferences, "quiet" | "color">): Io {
  return {
    out: (text) => io.out(text),
    bytes: (data) => io.bytes(data),
    note: quiet ? () => {} : (text) => io.note(text),
    status: quiet ? () => {} : (text) => io.status(text),
    confirm: (question) => io.confirm(question),
    ask: (question) => io.ask(question),
    interactive: io.interactive,
    outColor: color ?? io.outColor,
    noteColor: color ?? io.noteColor,
    get columns() {
      return io.columns;
    },
  };
}
