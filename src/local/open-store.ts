import type { StoreSettings } from "../store/config.ts";
import type { TelemetryStore } from "../store/port.ts";

export type StoreChoice = {
  readonly settings: StoreSettings;
  /** The embedded store, for when no MongoDB is named. */
  readonly storePath: string;
  /** How long events are kept, ms. */
  readonly retentionMs: number;
};

/**
 * Opens to write: MongoDB where one is named, with its indexes made and the retention applied, else the store of the
 * data folder. What is not chosen is not loaded.
 */
export async function openChosenStore(choice: StoreChoice): Promise<TelemetryStore> {
  const { settings, storePath, retentionMs } = choice;
  if (settings.mongoUrl === undefined)
    return (await import("../store/embedded.ts")).openEmbeddedStore(storePath);
  return (await import("../store/mongo.ts")).openMongoStore(settings.mongoUrl, { settings, retentionMs });
}
