import lock from "../../../assets/images.lock.yaml";

/** One row of the lock file; an empty digest needs its reason. */
export type LockedImage = {
  readonly image: string;
  readonly tag: string;
  readonly digest: string;
  readonly reason?: string;
};

/** Every image of others that is deployed, by what it is for. */
export const lockedImages = lock as Readonly<Record<"kafka" | "mongo" | "dcgmExporter", LockedImage>>;

/** As a pod names it: the tag for people, the digest for machines. */
export const imageOf = (name: keyof typeof lockedImages): string => {
  const { image, tag, digest } = lockedImages[name];
  return digest === "" ? `${image}:${tag}` : `${image}:${tag}@${digest}`;
};
