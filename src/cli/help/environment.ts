import type { Setting, Settings } from "../../support/settings.ts";
import type { CommandModule } from "../command.ts";
import { printValue, settingArgs } from "../setting-args.ts";
import type { Item } from "./page.ts";

/** Variables that no setting names. */
export const generalVariables: readonly Item[] = [
  ["CA3_CONFIG", "Settings file, instead of ca3.yaml in this folder"],
  ["CA3_DEBUG", "Show stack traces of errors, as --debug does"],
  ["NO_COLOR", "No colour, when set to anything"],
  ["FORCE_COLOR", "Colour even in a pipe; 0 forbids it. Wins over NO_COLOR"],
  ["TERM", "dumb: no colour and no moving lines"],
];

/** The variables a command reads beyond those its flags already name. */
export function environmentOf(module: CommandModule): Item[] {
  const named = new Set(
    Object.values({ ...settingArgs(module.settings ?? {}), ...module.args }).map((def) => def.env),
  );
  const unnamed = Object.values(module.settings ?? {}).filter(({ env }) => env && !named.has(env[0]));
  return [...unnamed.map(variableItem), ...(module.environment ?? [])];
}

/** Every variable of a table, by its documented name. */
export const variableItems = (settings: Settings): Item[] =>
  Object.values(settings)
    .filter(({ env }) => env !== undefined)
    .map(variableItem);

function variableItem(setting: Setting<unknown>): Item {
  const [name = "", ...others] = setting.env ?? [];
  const facts: string[] = [];
  if (setting.secret) facts.push(`or ${name}_FILE`);
  if (others.length > 0) facts.push(`also ${others.join(", ")}`);
  if (setting.default !== undefined) facts.push(`default ${printValue(setting, setting.default)}`);
  return [name, facts.length === 0 ? setting.doc : `${setting.doc} (${facts.join(", ")})`];
}
