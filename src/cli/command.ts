import type { ArgsDef, ParsedArgs } from "citty";
import type { Io } from "./io.ts";

/** What every command gets: its arguments, the terminal, the environment, and a signal that aborts on Ctrl-C. */
export type Context<A extends ArgsDef> = {
  readonly args: ParsedArgs<A>;
  /** The words after `--`, untouched. */
  readonly rest: readonly string[];
  readonly io: Io;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly interrupted: AbortSignal;
};

export type CommandModule<A extends ArgsDef = ArgsDef> = {
  readonly args: A;
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** More text for the help page: environment, exit codes of its own, caveats. */
  readonly details?: string;
  /** Reads as a recipe and answers with the exit code. Heavy imports belong inside. */
  run(context: Context<A>): Promise<number>;
};

/** Only here so that `args` gets its types from the definition. */
export const command = <const A extends ArgsDef>(module: CommandModule<A>): CommandModule<A> => module;
