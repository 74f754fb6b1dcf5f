import type { Want } from "../model.ts";
import type { Site } from "../run/site.ts";
import { tagsFor } from "../tags.ts";
import { ownerOf } from "./owner.ts";

/** The key pair that machines are started with, so that the first sign-in is possible; its name is the cluster's. */
export async function ensureKey(site: Site, want: Want): Promise<string> {
  const owner = ownerOf(site, want);
  const name = `ca3-${want.cluster}-${owner.uid}`;
  await site.ensure(
    "keys",
    ({ keys }) => keys.find((key) => key.name === name),
    { component: "key", name: "key" },
    () => site.cloud.importKey(name, want.publicKey, tagsFor(owner, "key")),
  );
  return name;
}
