import type { ArgsDef } from "./command.ts";

/** Accepted by every command, before or after its name. */
export const universalArgs = {
  quiet: { type: "boolean", alias: "q", description: "Print only results and errors" },
  color: {
    type: "boolean",
    default: true,
    description: "Use colour even if the output is not a terminal",
    negativeDescription: "No colour",
    env: "NO_COLOR",
  },
  debug: { type: "boolean", description: "Show stack traces of errors", env: "CA3_DEBUG" },
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
    description: "Output format",
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
