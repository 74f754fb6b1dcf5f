import type { CommandModule } from "../command.ts";
import { commonExitCodes, exitCodes } from "../exit-codes.ts";
import { acceptedArgs, settingArgs } from "../setting-args.ts";
import { universalArgs } from "../shared-args.ts";
import { environmentOf } from "./environment.ts";
import { flagItems, positionalItems, usageLine } from "./flags.ts";
import { type Item, type PageOptions, renderPage } from "./page.ts";

/** The page of one command: usage, examples first, then what it accepts, reads and answers. */
export function commandPage(
  name: string,
  summary: string,
  module: CommandModule,
  options: PageOptions,
): string {
  const own = { ...settingArgs(module.settings ?? {}), ...module.args };
  const codes: Readonly<Record<string, string>> = {
    ...pick(exitCodes, commonExitCodes),
    ...module.exitCodes,
  };
  return renderPage(
    [summary, "", `Usage: ${usageLine(name, acceptedArgs(module), module.rest)}`],
    [
      { title: "Examples", text: examplesText(module.examples) },
      { title: "Arguments", items: positionalItems(own) },
      { title: "Flags", items: flagItems(own) },
      { title: "Flags of every command", items: flagItems(universalArgs) },
      { title: "Environment", items: environmentOf(module) },
      { title: "Exit codes", items: Object.entries(codes).map(([code, meaning]): Item => [code, meaning]) },
      { title: "Details", ...(module.details === undefined ? {} : { text: module.details }) },
    ],
    options,
  );
}

/** The meaning above its line, so that a long line stays whole and can be copied. */
const examplesText = (examples: CommandModule["examples"]): string =>
  examples.map(([line, meaning]) => `# ${meaning}\n$ ${line}`).join("\n");

const pick = (table: Readonly<Record<number, string>>, keys: readonly number[]) =>
  Object.fromEntries(keys.map((key) => [key, table[key]!]));
