import type { Setting } from "../../support/settings.ts";
import { wrap } from "../help/layout.ts";
import { valueInFile } from "../setting-args.ts";
import type { SettingsGroup } from "../settings-registry.ts";
import { isSection, nestSettings, type Section } from "./sections.ts";

const WIDTH = 100;

const heading = [
  "Settings of ca3. Everything is optional: a line such as `#port: 8080` shows a default; remove the # to change it.",
  "A flag takes precedence over an environment variable, a variable over this file. `ca3 config check` finds mistakes,",
  "`ca3 config explain` shows the values in force, `ca3 config schema > ca3.schema.json` helps editors.",
].map((line) => `# ${line}`);

/** A commented `ca3.yaml` with every setting and its default; valid as it is, and with any line uncommented. */
export function configTemplate(groups: readonly SettingsGroup[]): string {
  return `${[...heading, ...sectionLines(nestSettings(groups), "")].join("\n")}\n`;
}

function sectionLines(section: Section, indent: string): string[] {
  return [...section.members].flatMap(([name, node]) => {
    if (!isSection(node)) return ["", ...settingLines(name, node, indent)];
    const title = node.title === "" ? [] : [`${indent}# ${node.title}.`];
    return ["", ...title, `${indent}${name}:`, ...sectionLines(node, `${indent}  `).slice(1)];
  });
}

function settingLines(name: string, setting: Setting<unknown>, indent: string): string[] {
  const others = [
    ...(setting.flag === undefined ? [] : [`--${setting.flag}`]),
    ...(setting.env ?? []).slice(0, 1).map((variable) => `$${variable}`),
    ...(setting.secret && setting.env ? [`$${setting.env[0]}_FILE, better than here`] : []),
  ];
  const doc = others.length === 0 ? `${setting.doc}.` : `${setting.doc} (${others.join(", ")}).`;
  const value = setting.default === undefined ? "" : ` ${yamlScalar(valueInFile(setting, setting.default))}`;
  return [
    ...wrap(doc, WIDTH - indent.length).map((line) => `${indent}# ${line}`),
    `${indent}#${name}:${value}`,
  ];
}

/** JSON is YAML; plain words and values with units need no quotes. */
function yamlScalar(value: unknown): string {
  const plain = typeof value === "string" && /^(\d+(\.\d+)?[a-zA-Z]+|[a-zA-Z./][\w./-]*)$/.test(value);
  const reserved = /^(true|false|null|yes|no|on|off|~|\d+e\d+|0[xo]\w*|\.(nan|inf))$/i;
  return plain && !reserved.test(value) ? value : JSON.stringify(value);
}
