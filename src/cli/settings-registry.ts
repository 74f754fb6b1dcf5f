import { localSettings } from "../local/config.ts";
import { serverSettings } from "../processor/http/config.ts";
import type { Settings } from "../support/settings.ts";

/** The settings of one room, as `ca3.yaml`, its JSON Schema and `ca3 help environment` show them. */
export type SettingsGroup = {
  readonly title: string;
  readonly settings: Settings;
};

/** Every setting there is. A setting that is not reached from here cannot stand in `ca3.yaml`. */
export const settingsRegistry: readonly SettingsGroup[] = [
  { title: "The whole pipeline on one machine (ca3 up)", settings: localSettings },
  { title: "HTTP API, metrics and dashboard", settings: serverSettings },
];
