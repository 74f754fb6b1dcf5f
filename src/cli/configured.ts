import { Ca3Error } from "../support/errors.ts";
import { type Resolved, resolveSettings, type Settings, type SettingValues } from "../support/settings.ts";
import { fileProblems, settingInputs } from "./config/check.ts";
import { problemText } from "./config/tree.ts";
import { loadConfigFile, type Surroundings } from "./config-file.ts";
import { settingsRegistry } from "./settings-registry.ts";

/**
 * The settings a command asks for: flag > environment > `ca3.yaml` > default. Pass the command's context. Throws one
 * CA3_CONFIG error that lists every wrong value of these settings and every unknown key of the file.
 */
export async function configured<const S extends Settings>(
  settings: S,
  around: Surroundings,
): Promise<SettingValues<S>> {
  return (await configuredGroups({ settings }, around)).settings.values;
}

/** The same for several tables at once, so that one error lists the problems of all, and with where values came from. */
export async function configuredGroups<const G extends Readonly<Record<string, Settings>>>(
  groups: G,
  around: Surroundings,
): Promise<{ readonly [K in keyof G]: Resolved<G[K]> }> {
  const file = await loadConfigFile(around);
  const inputs = settingInputs(around, file);
  const all = new Set(fileProblems(settingsRegistry, file).map(problemText));
  const resolved = Object.entries(groups).map(([name, settings]) => {
    const one = resolveSettings(settings, {
      ...inputs,
      fileOrigin: (path) => `${inputs.fileOrigin!(path)}: ${path}`,
    });
    for (const problem of one.problems) all.add(problem);
    return [name, one] as const;
  });
  if (all.size > 0) throw new Ca3Error("CA3_CONFIG", [...all].join("\n"), { hint: "ca3 config check" });
  return Object.fromEntries(resolved) as { [K in keyof G]: Resolved<G[K]> };
}
