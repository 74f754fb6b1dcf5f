import { createConsola } from "consola/core";
import { Ca3Error } from "../support/errors.ts";
import type { Io } from "./io.ts";
import { wantsColor } from "./preferences.ts";
import type { ReadLine } from "./prompt.ts";
import { cut } from "./render/table.ts";
import type { Stream } from "./streams.ts";

export type Devices = {
  readonly out: Stream;
  readonly err: Stream;
  readonly inputIsTerminal: boolean;
  readonly readLine: ReadLine;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly interrupted: AbortSignal;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
};

/** Where no line can move, a changed status is written as a line of its own, but not more often than this. */
export const PLAIN_STATUS_EVERY_MS = 10_000;
const CLEAR_LINE = "\r\u001b[2K";

/** The real terminal: answers on stdout, everything else through consola on stderr. */
export function openTerminal(devices: Devices): Io {
  const { out, err, env } = devices;
  const status = statusLine(devices);
  const talk = createConsola({
    // consola folds equal lines together after a while; a conversation must not lose any.
    throttle: 0,
    reporters: [{ log: ({ args }) => status.around(() => err.write(`${args.join(" ")}\n`)) }],
  });
  const interactive = devices.inputIsTerminal && err.isTerminal;
  const ask = async (question: string) => {
    if (!interactive) throw new Ca3Error("CA3_USAGE", `cannot ask without a terminal: ${question}`);
    status.show("");
    return await devices.readLine(`${question} `, devices.interrupted);
  };
  return {
    out: (text) => status.around(() => out.write(`${text}\n`)),
    bytes: (data) => status.around(() => out.write(data)),
    note: (text) => talk.log(text),
    status: (text) => status.show(text),
    confirm: async (question) => /^y(es)?$/i.test(((await ask(`${question} [y/N]`)) ?? "").trim()),
    ask: async (question) => ((await ask(question)) ?? "").trim(),
    interactive,
    outColor: wantsColor(env, out.isTerminal),
    noteColor: wantsColor(env, err.isTerminal),
    get columns() {
      return (out.isTerminal ? out : err).columns();
    },
  };
}

function statusLine({ err, env, now }: Devices) {
  const moving = err.isTerminal && env["TERM"] !== "dumb";
  let shown = "";
  let lastMs = Number.NEGATIVE_INFINITY;
  const draw = () => err.write(shown === "" ? CLEAR_LINE : CLEAR_LINE + cut(shown, err.columns() - 1));
  return {
    show(text: string): void {
      if (text === shown) return;
      if (moving) {
        shown = text;
        draw();
      } else if (text !== "" && now() - lastMs >= PLAIN_STATUS_EVERY_MS) {
        shown = text;
        lastMs = now();
        err.write(`${text}\n`);
      }
    },
    /** Takes the moving line away while something else is written, and puts it back below. */
    around(write: () => void): void {
      const visible = moving && shown !== "";
      if (visible) err.write(CLEAR_LINE);
      write();
      if (visible) draw();
    },
  };
}
