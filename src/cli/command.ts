import type { Settings } from "../support/settings.ts";
import type { Io } from "./io.ts";

type Described = {
  readonly description: string;
  /** Environment variable that sets the same thing; shown on the help page. */
  readonly env?: string;
  /** The default as the help page shows it, when `default` does not say it. */
  readonly defaultText?: string;
};
type Named = Described & { readonly alias?: string | readonly string[] };

/** A switch: `--name` and `--no-name`. It is `false` when it is absent and has no default. */
export type BooleanArg = Named & {
  readonly type: "boolean";
  readonly default?: boolean;
  /** What `--no-name` does; shown in its place when the default is `true`. */
  readonly negativeDescription?: string;
};
type Valued = {
  /** Name of the value on the help page; `FILE` and `DIR` also steer completion. */
  readonly valueHint?: string;
  readonly default?: string;
  readonly required?: boolean;
};
/** A flag with a value. With `multiple` it may be repeated and the command gets every value, in order. */
export type StringArg = Named & Valued & { readonly type: "string"; readonly multiple?: boolean };
/** A flag with one of a few values. */
export type EnumArg = Named & Valued & { readonly type: "enum"; readonly options: readonly string[] };
/** A word without dashes. Required unless `required` is false; with `multiple`, the last one takes all that follow. */
export type PositionalArg = Described &
  Valued & {
    readonly type: "positional";
    readonly multiple?: boolean;
    /** The only words that are accepted. */
    readonly options?: readonly string[];
  };

export type ArgDef = BooleanArg | StringArg | EnumArg | PositionalArg;
export type ArgsDef = Readonly<Record<string, ArgDef>>;

type Present<D, T> = D extends { default: string } | { required: true } ? T : T | undefined;
type ValueOf<D> = D extends { type: "boolean" }
  ? boolean
  : D extends { multiple: true }
    ? D extends { options: readonly (infer O)[] }
      ? readonly O[]
      : readonly string[]
    : D extends { type: "enum"; options: readonly (infer O)[] }
      ? Present<D, O>
      : D extends { type: "positional"; options: readonly (infer O)[]; required: false }
        ? O | undefined
        : D extends { type: "positional"; options: readonly (infer O)[] }
          ? O
          : D extends { type: "positional"; required: false }
            ? Present<D, string>
            : D extends { type: "positional" }
              ? string
              : Present<D, string>;

/** The typed arguments of a command, by the kebab-case names of its definition. */
export type Args<A extends ArgsDef> = { readonly [K in keyof A]: ValueOf<A[K]> };

/** What stood on the command line, by flag name, without defaults: the flag part of the settings order. */
export type GivenFlags = Readonly<Record<string, string | boolean | readonly string[]>>;

/** What every command gets: its arguments, the terminal, the environment, and a signal that aborts on Ctrl-C. */
export type Context<A extends ArgsDef = ArgsDef> = {
  readonly args: Args<A>;
  readonly given: GivenFlags;
  /** The words after `--`, untouched; only for commands that declare `rest`. */
  readonly rest: readonly string[];
  readonly io: Io;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly interrupted: AbortSignal;
  /**
   * Begins this command anew, in the same process, without the compiler that makes code fast and takes a third of the
   * memory: for whoever waits and computes little. Only to be called before anything is done or said; does not return.
   * Absent where that cannot be done, or is done.
   */
  readonly withoutJit?: (() => void) | undefined;
};

export type CommandModule<A extends ArgsDef = ArgsDef> = {
  readonly args: A;
  /** Settings the command reads: their flags are accepted, and flags and variables are on the help page. */
  readonly settings?: Settings;
  /** Name of the words after `--` that the command hands to another program, such as `KUBECTL-ARGS`. */
  readonly rest?: string;
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** Variables that no flag or setting names. */
  readonly environment?: readonly (readonly [name: string, meaning: string])[];
  /** Exit codes besides 0, 1, 2, 70 and 130, or with a meaning of their own. */
  readonly exitCodes?: Readonly<Record<number, string>>;
  /** More text for the help page: caveats, formats. */
  readonly details?: string;
  /** Reads as a recipe and answers with the exit code. Heavy imports belong inside. */
  run(context: Context<A>): Promise<number>;
};

/** Only here so that `args` gets its types from the definition. */
export const command = <const A extends ArgsDef>(module: CommandModule<A>): CommandModule<A> => module;
