import { Ca3Error } from "../support/errors.ts";
import { resolveSettings, type Settings, type SettingValues } from "../support/settings.ts";
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
  const file = await loadConfigFile(around);
  const inputs = settingInputs(around, file);
  const { values, problems } = resolveSettings(settings, {
    ...inputs,
    fileOrigin: (path) => `${inputs.fileOrigin!(path)}: ${path}`,
  });
  const all = [...fileProblems(settingsRegistry, file).map(problemText), ...problems];
  if (all.length > 0) throw new Ca3Error("CA3_CONFIG", all.join("\n"), { hint: "ca3 config check" });
  return values;
}
