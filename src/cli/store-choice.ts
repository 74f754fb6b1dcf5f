import { localSettings } from "../local/config.ts";
import { type StoreSettings, storeSettings } from "../store/config.ts";
import { mongoName } from "../store/mongo-address.ts";
import { withoutCredentials } from "../support/credentials.ts";
import { Ca3Error } from "../support/errors.ts";
import type { Resolved, SettingSource } from "../support/settings.ts";
import { quotedIfNeeded } from "../support/shell-words.ts";

/** What a command reads that works on a store. */
export const storeChoiceSettings = { data: localSettings.data, ...storeSettings };

/** A store, and the flags that lead another command to it: ` --data ./data`. */
export type StoreChoice = { readonly words: string } & (
  | { readonly kind: "folder"; readonly data: string }
  | {
      readonly kind: "mongo";
      readonly settings: StoreSettings;
      /** Database and servers, for people. */
      readonly name: string;
    }
);

/**
 * The store of a command that looks at one: MongoDB where one is named, else the data folder. A folder that the command
 * line names is meant, whatever MongoDB the environment or the file names. Throws CA3_USAGE when the command line names
 * both, unless the folder is needed for the log.
 */
export function storeChoice(
  { values, sources }: Pick<Resolved<typeof storeChoiceSettings>, "values" | "sources">,
  { folderIsLog = false }: { folderIsLog?: boolean } = {},
): StoreChoice {
  const [folderNamed, mongoNamed] = [sources.data === "flag", sources.mongoUrl === "flag"];
  if (folderNamed && mongoNamed && !folderIsLog)
    throw new Ca3Error("CA3_USAGE", "--data and --mongo name two stores", { hint: "leave one of them out" });
  const folderMeant = folderNamed && !mongoNamed;
  return folderMeant ? folderChoice(values.data) : writtenStore(values.data, values, sources.mongoUrl);
}

/** The store of a command that writes: MongoDB where one is named, however that is, else the data folder. */
export function writtenStore(data: string, settings: StoreSettings, source: SettingSource): StoreChoice {
  const { mongoUrl, mongoDatabase } = settings;
  if (mongoUrl === undefined) return folderChoice(data);
  const address = quotedIfNeeded(withoutCredentials(mongoUrl.reveal()));
  const words = source === "flag" ? ` --mongo ${address}` : "";
  return { kind: "mongo", settings, name: mongoName(mongoUrl, mongoDatabase), words };
}

const folderChoice = (data: string): StoreChoice => ({
  kind: "folder",
  data,
  words: ` --data ${quotedIfNeeded(data)}`,
});
