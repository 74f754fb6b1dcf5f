import type { Setting } from "../../support/settings.ts";
import { valueInFile } from "../setting-args.ts";
import type { SettingsGroup } from "../settings-registry.ts";
import { isSection, nestSettings, type Section } from "./sections.ts";

/** JSON Schema (draft 2020-12) of `ca3.yaml`: editors complete and check with it. */
export const configSchema = (groups: readonly SettingsGroup[]): Record<string, unknown> => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "ca3.yaml",
  description: "Settings of ca3",
  ...objectSchema(nestSettings(groups), "object"),
});

function objectSchema(section: Section, type: unknown): Record<string, unknown> {
  const properties = Object.fromEntries(
    [...section.members].map(([name, node]) => [
      name,
      isSection(node)
        ? {
            ...(node.title === "" ? {} : { description: node.title }),
            // A section whose settings are all commented out is null in YAML.
            ...objectSchema(node, ["object", "null"]),
          }
        : settingSchema(node),
    ]),
  );
  return { type, additionalProperties: false, properties };
}

function settingSchema(setting: Setting<unknown>): Record<string, unknown> {
  const variable = setting.env ? ` ($${setting.env[0]})` : "";
  return {
    description: setting.doc + variable,
    ...(setting.default === undefined ? {} : { default: valueInFile(setting, setting.default) }),
    ...setting.type.schema,
  };
}
