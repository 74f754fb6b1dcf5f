import { eventLogSettings } from "../eventlog/config.ts";
import { kafkaUserSettings } from "../eventlog/users/config.ts";
import { serverSettings } from "../http/config.ts";
import { clusterSettings, deployTimeSettings } from "../k8s/client/config.ts";
import { deploySettings } from "../k8s/config.ts";
import { localSettings } from "../local/config.ts";
import { processorSettings } from "../processor/config.ts";
import { producerSettings } from "../producer/config.ts";
import { awsClusterSettings } from "../provision/config.ts";
import { storeSettings } from "../store/config.ts";
import { mongoSetupSettings } from "../store/users/config.ts";
import type { Settings } from "../support/settings.ts";
import { checkSettings, verifySettings } from "../verify/config.ts";

/** The settings of one room, as `ca3.yaml`, its JSON Schema and `ca3 help environment` show them. */
export type SettingsGroup = {
  readonly title: string;
  readonly settings: Settings;
};

/** Every table of settings. What is not reached from here cannot stand in `ca3.yaml`. */
export const settingsTables: readonly SettingsGroup[] = [
  { title: "The whole pipeline on one machine (ca3 up)", settings: localSettings },
  { title: "Event log", settings: eventLogSettings },
  { title: "Producer", settings: producerSettings },
  { title: "Store", settings: storeSettings },
  { title: "Processor", settings: processorSettings },
  { title: "HTTP API, metrics and dashboard", settings: serverSettings },
  { title: "Users of Kafka (ca3 bootstrap kafka)", settings: kafkaUserSettings },
  { title: "Replica set and users of MongoDB (ca3 bootstrap mongo)", settings: mongoSetupSettings },
  { title: "Checks (ca3 doctor)", settings: checkSettings },
  { title: "Verification (ca3 verify)", settings: verifySettings },
  { title: "Deployment on Kubernetes (ca3 deploy)", settings: { ...deploySettings, ...deployTimeSettings } },
  { title: "Cluster (ca3 deploy, status, logs and the like)", settings: clusterSettings },
  { title: "Cluster on AWS (ca3 plan, ca3 provision)", settings: awsClusterSettings },
];

/** The same with each setting once: rooms that have to agree on a setting share its row. */
export const settingsRegistry: readonly SettingsGroup[] = eachOnce(settingsTables);

function eachOnce(groups: readonly SettingsGroup[]): SettingsGroup[] {
  const seen = new Set<string>();
  return groups.map(({ title, settings }) => ({
    title,
    settings: Object.fromEntries(
      Object.entries(settings).filter(([, { path }]) => !seen.has(path) && seen.add(path)),
    ),
  }));
}
