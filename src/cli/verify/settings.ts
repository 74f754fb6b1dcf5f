import { eventLogSettings } from "../../eventlog/config.ts";
import { serverSettings } from "../../http/config.ts";
import { clusterSettings } from "../../k8s/client/config.ts";
import { deploySettings } from "../../k8s/config.ts";
import { processorSettings } from "../../processor/config.ts";
import { verifySettings } from "../../verify/config.ts";
import { storeChoiceSettings } from "../store-choice.ts";

/** What says where the parts of a pipeline are, and what they should be like. */
export const verifyAllSettings = {
  ...verifySettings,
  ...eventLogSettings,
  ...storeChoiceSettings,
  ...clusterSettings,
  kafka: deploySettings.kafka,
  kafkaSecret: deploySettings.kafkaSecret,
  mongo: deploySettings.mongo,
  mongoSecret: deploySettings.mongoSecret,
  platformNamespace: deploySettings.platformNamespace,
  appNamespace: deploySettings.appNamespace,
  monitoringNamespace: deploySettings.monitoringNamespace,
  group: processorSettings.group,
  // No flag: the port of a server that is to be asked stands in its address.
  token: serverSettings.token,
};
