import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { TelemetryStore } from "../store/port.ts";
import { Ca3Error } from "../support/errors.ts";
import type { StoreChoice } from "./store-choice.ts";

export type OpenOptions = {
  readonly cwd: string;
  /** Opens with the right to write; `ca3 up` may run at the same time either way. */
  readonly write?: boolean;
};

/**
 * Opens an existing store. Throws CA3_FILE when the folder holds none, with the command that makes one; of MongoDB what
 * `openMongoStore` says. Nothing is made or changed there by opening it.
 */
export async function openStoreFor(choice: StoreChoice, options: OpenOptions): Promise<TelemetryStore> {
  if (choice.kind === "folder") return await openFolderStore(choice.data, options);
  const { openMongoStore } = await import("../store/mongo.ts");
  const { settings } = choice;
  return await openMongoStore(settings.mongoUrl!, { settings });
}

async function openFolderStore(data: string, { cwd, write = false }: OpenOptions): Promise<TelemetryStore> {
  const [{ openEmbeddedStore }, { dataFiles }] = await Promise.all([
    import("../store/embedded.ts"),
    import("../local/data-files.ts"),
  ]);
  const folder = resolve(cwd, data);
  const { storePath } = dataFiles(folder);
  if (!existsSync(storePath)) {
    const what = existsSync(folder)
      ? `the data folder ${data} holds no store`
      : `there is no data folder ${data}`;
    throw new Ca3Error("CA3_FILE", what, { hint: `ca3 up --data ${data}` });
  }
  return openEmbeddedStore(storePath, { readonly: !write });
}
