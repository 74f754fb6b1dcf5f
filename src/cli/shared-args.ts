import type { ArgsDef } from "./command.ts";

/** Accepted by every command, before or after its name. */
export const universalArgs = {
  quiet: { type: "boolean", alias: "q", description: "Say nothing but results and errors" },
  color: {
    type: "boolean",
    default: true,
    description: "Colour, even where no terminal is seen",
    negativeDescription: "No colour",
    env: "NO_COLOR",
  },
  debug: { type: "boolean", description: "Show the stack of an error", env: "CA3_DEBUG" },
  help: { type: "boolean", alias: "h", description: "Show this help" },
} as const satisfies ArgsDef;

/** `--output` with the formats a command can print; the first is the default. */
export const outputArg = <const F extends readonly [string, ...string[]]>(...formats: F) =>
  ({
    type: "enum",
    alias: "o",
    options: formats,
    default: formats[0] as string,
    valueHint: "FORMAT",
    description: "How to print the result",
  }) as const;

/** The one settings file. */
export const configArg = {
  type: "string",
  valueHint: "FILE",
  env: "CA3_CONFIG",
  description: "Settings file, instead of ca3.yaml in this folder",
} as const;

/** Skips the question before something is changed. */
export const yesArg = { type: "boolean", alias: "y", description: "Do not ask for confirmation" } as const;
