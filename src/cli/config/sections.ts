import type { Setting } from "../../support/settings.ts";
import type { SettingsGroup } from "../settings-registry.ts";

/** The settings as they nest in the file: a section holds sections and settings. */
export type Section = {
  /** Title of the group that opened the section; empty below the first level. */
  readonly title: string;
  readonly members: Map<string, Section | Setting<unknown>>;
};

export const isSection = (node: Section | Setting<unknown>): node is Section => "members" in node;

/** Nests the settings of all groups by their paths. Groups may share a section. */
export function nestSettings(groups: readonly SettingsGroup[]): Section {
  const root: Section = { title: "", members: new Map() };
  for (const { title, settings } of groups)
    for (const setting of Object.values(settings)) {
      const words = setting.path.split(".");
      let section = root;
      for (const word of words.slice(0, -1)) {
        const found = section.members.get(word);
        const next =
          found && isSection(found) ? found : { title: section === root ? title : "", members: new Map() };
        section.members.set(word, next);
        section = next;
      }
      section.members.set(words.at(-1)!, setting);
    }
  return root;
}
