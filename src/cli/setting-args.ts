import type { Setting, Settings } from "../support/settings.ts";
import type { ArgDef, ArgsDef, CommandModule } from "./command.ts";
import { universalArgs } from "./shared-args.ts";

/** Everything a command accepts: its own arguments, the flags of its settings, and what all commands share. */
export const acceptedArgs = (module: CommandModule): ArgsDef => ({
  ...settingArgs(module.settings ?? {}),
  ...module.args,
  ...universalArgs,
});

/** The flags of a settings table; a setting without a flag has none. */
export function settingArgs(settings: Settings): ArgsDef {
  const args: Record<string, ArgDef> = {};
  for (const setting of Object.values(settings))
    if (setting.flag !== undefined) args[setting.flag] = argOf(setting.flag, setting);
  return args;
}

function argOf(name: string, setting: Setting<unknown>): ArgDef {
  const { schema } = setting.type;
  const preset = printValue(setting, setting.default);
  const isSwitch = schema["type"] === "boolean";
  const described = {
    description: setting.doc,
    ...(setting.env ? { env: setting.env[0] } : {}),
    ...(preset === "" || (isSwitch && preset === "false") ? {} : { defaultText: preset }),
  };
  if (isSwitch) return { type: "boolean", ...described };
  const valueHint = setting.hint ?? hintFor(schema) ?? name.toUpperCase();
  if (Array.isArray(schema["enum"]))
    return { type: "enum", options: schema["enum"] as string[], valueHint, ...described };
  return { type: "string", valueHint, multiple: schema["type"] === "array", ...described };
}

/** The name of a value that has a unit or is a number; a word is named like its flag. */
function hintFor(schema: Readonly<Record<string, unknown>>): string | undefined {
  const pattern = String(schema["pattern"] ?? "");
  if (schema["type"] === "integer" || schema["type"] === "number") return "N";
  if (schema["format"] === "date-time" || pattern.includes("|h|d")) return "TIME";
  return pattern.includes("KiB") ? "SIZE" : undefined;
}

/** A value as it stands in `ca3.yaml`: `30s`, `64MiB`, a number, a list; secrets stay hidden. */
export function valueInFile(setting: Setting<unknown>, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (setting.secret) return "[redacted]";
  if (setting.type.plain) return setting.type.plain(value);
  if (!setting.type.print) return value;
  const text = setting.type.print(value);
  return setting.type.schema["type"] === "array" ? text.split(",") : text;
}

/** The same as text, as it stands on a command line. */
export function printValue(setting: Setting<unknown>, value: unknown): string {
  const plain = valueInFile(setting, value);
  if (setting.type.plain) return JSON.stringify(plain);
  return Array.isArray(plain) ? plain.join(",") : plain === null ? "" : String(plain);
}
