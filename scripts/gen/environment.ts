import { generalVariables } from "../../src/cli/help/environment.ts";
import { printValue } from "../../src/cli/setting-args.ts";
import { settingsRegistry } from "../../src/cli/settings-registry.ts";
import { page, table } from "./markdown.ts";

/** `docs/reference/environment.md`: every setting, where it can be set, and its default. */
export function environmentPage(): string {
  const sections = settingsRegistry.map(({ title, settings }) => {
    const rows = Object.values(settings).map((setting) => [
      `\`${setting.path}\``,
      (setting.env ?? []).map((name) => `\`${name}\``).join(" ") + (setting.secret ? " or `…_FILE`" : ""),
      setting.flag ? `\`--${setting.flag}\`` : "",
      setting.default === undefined ? "" : `\`${printValue(setting, setting.default)}\``,
      setting.doc,
    ]);
    return `## ${title}\n\n${table(["In ca3.yaml", "Variable", "Flag", "Default", "Meaning"], rows)}`;
  });
  const general = table(
    ["Variable", "Meaning"],
    generalVariables.map(([name, meaning]) => [`\`${name}\``, meaning]),
  );
  return page(
    "Settings and environment",
    "A flag takes precedence over a variable, a variable over `ca3.yaml`, and `ca3.yaml` over the default.",
    `## Every command\n\n${general}`,
    ...sections,
  );
}
