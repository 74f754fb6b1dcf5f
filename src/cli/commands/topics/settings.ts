import { eventLogSettings } from "../../../eventlog/config.ts";
import { processorSettings } from "../../../processor/config.ts";

/** What the commands about topics read. */
export const topicsSettings = { ...eventLogSettings, group: processorSettings.group };
