import { closest } from "../../support/closest.ts";
import { errorCodes } from "../../support/error-codes.ts";
import { Ca3Error } from "../../support/errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { generalVariables, variableItems } from "./environment.ts";
import { type Item, type PageOptions, renderPage } from "./page.ts";

/** The pages of `ca3 help <topic>`, each from the data it describes. `words` are what follows the topic's name. */
export const topics: Readonly<
  Record<string, (words: readonly string[], options: PageOptions) => Promise<string>>
> = {
  environment: async (_words, options) => {
    const { settingsRegistry } = await import("../settings-registry.ts");
    return renderPage(
      [
        "Environment variables. A flag takes precedence over a variable, a variable over ca3.yaml, ca3.yaml over the default.",
      ],
      [
        { title: "General", items: generalVariables },
        ...settingsRegistry.map(({ title, settings }) => ({ title, items: variableItems(settings) })),
      ],
      options,
    );
  },
  "exit-codes": async (_words, options) =>
    renderPage(
      ["What the exit codes mean, for every command."],
      [
        {
          title: "Exit codes",
          items: Object.entries(exitCodes).map(([code, meaning]): Item => [code, meaning]),
        },
      ],
      options,
    ),
  errors: async ([wanted], options) =>
    wanted === undefined ? errorList(options) : errorPage(wanted, options),
  formatting: async (_words, options) =>
    renderPage(["Output formats, colour and numbers."], formatting, options),
};

const errorList = (options: PageOptions): string =>
  renderPage(
    ["Every error says what is wrong, what to try, and its code, which is explained here."],
    Object.entries(errorCodes).map(([code, { meaning }]) => ({ title: code, text: meaning })),
    options,
  );

function errorPage(wanted: string, options: PageOptions): string {
  const name = wanted.toUpperCase();
  const found = Object.entries(errorCodes).find(([code]) => code === name || code === `CA3_${name}`);
  if (!found) {
    const near = closest(name, Object.keys(errorCodes));
    throw new Ca3Error("CA3_USAGE", `unknown error code ${wanted}`, {
      hint: near === undefined ? "ca3 help errors" : `did you mean ca3 help errors ${near}?`,
    });
  }
  const [code, facts] = found;
  const retried = facts.outage ? " The operation is retried until it works." : "";
  return renderPage(
    [code],
    [
      { title: "Meaning", text: facts.meaning + retried },
      { title: "Fix", text: facts.fix },
      { title: "Exit code", text: `${facts.exit}: ${exitCodes[facts.exit] ?? "failed"}` },
    ],
    options,
  );
}

const formatting = [
  {
    title: "Streams",
    text: "Results go to stdout, everything else to stderr, so results can be piped. Questions are asked only if both stdin and stderr are terminals.",
  },
  {
    title: "Machine-readable output",
    text: 'With --output json a command prints one JSON document with "version": 1 on stdout. If it fails, nothing more is written to stdout, and stderr ends with one line:\n{"error":{"code":"CA3_…","message":"…","hint":"…","exitCode":2}}\nThe hint is null when there is none.',
  },
  {
    title: "Colour",
    text: "Each stream is coloured when it is a terminal. --no-color, NO_COLOR and TERM=dumb turn it off, FORCE_COLOR and --color turn it on. Colour is never the only carrier of meaning.",
  },
  {
    title: "Numbers",
    text: "Money is US dollars, computed in whole millionths of a dollar. Sizes are KiB, MiB, GiB (1024). Times are UTC. A dash (–) means that there is no number, such as the cost per token without tokens. JSON contains plain numbers in base units: microUsd, joules, seconds.",
  },
];
