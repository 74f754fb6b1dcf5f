import type { Want } from "../model.ts";
import type { Site } from "../run/site.ts";
import type { Owner } from "../tags.ts";

/** Whose everything is that this run makes; known as soon as there is a VPC. */
export function ownerOf({ uid }: Site, { cluster, tags }: Want): Owner {
  if (uid === undefined) throw new Error("there is no VPC yet");
  return { cluster, uid, extra: tags };
}
