/** How a program ended: with a code of its own, or by a signal. */
export type Exit = { readonly code: number | undefined; readonly signal: string | undefined };

/**
 * Runs its words as a program and waits on stdin beside it. When stdin closes, which the kernel does for a process that
 * is gone, the whole process group is killed; when the program ends, so does the watch, with the code of the program.
 * The watch holds neither stdout nor stderr, so that their readers see the end of the program.
 */
export const GUARD_SCRIPT = [
  "exec 3<&0",
  '"$@" </dev/null 3<&- &',
  "program=$!",
  "( read -r _ <&3; kill -KILL 0 ) >/dev/null 2>&1 &",
  "watch=$!",
  "exec 3<&-",
  'wait "$program"',
  "code=$?",
  'kill -KILL "$watch" 2>/dev/null',
  'exit "$code"',
].join("\n");

/** The same for a program that is given input: its own comes by stdin, and the watch waits on descriptor 3. */
export const GUARD_SCRIPT_WITH_INPUT = [
  "exec 4<&0",
  '"$@" <&4 3<&- 4<&- &',
  "program=$!",
  "( exec 4<&-; read -r _ <&3; kill -KILL 0 ) >/dev/null 2>&1 </dev/null &",
  "watch=$!",
  "exec 3<&- 4<&- </dev/null",
  'wait "$program"',
  "code=$?",
  'kill -KILL "$watch" 2>/dev/null',
  'exit "$code"',
].join("\n");

const SIGNALS: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  6: "SIGABRT",
  9: "SIGKILL",
  11: "SIGSEGV",
  13: "SIGPIPE",
  15: "SIGTERM",
};

/** The end of the guarded program from the end of its guard: a shell reports a signal as 128 and its number. */
export function exitOf(code: number, signal: string | undefined): Exit {
  if (signal !== undefined) return { code: undefined, signal };
  return code > 128 && SIGNALS[code - 128] !== undefined
    ? { code: undefined, signal: SIGNALS[code - 128] }
    : { code, signal: undefined };
}
