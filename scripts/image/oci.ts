import { type Entry, tar } from "./tar.ts";

export type Platform = { readonly os: "linux"; readonly architecture: string };
export type ImageOf = {
  readonly platform: Platform;
  /** Root filesystem, one archive of files each: what changes rarely first. */
  readonly layers: readonly (readonly Entry[])[];
};
type Blob = {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly bytes: Uint8Array;
};

const type = (name: string) => `application/vnd.oci.image.${name}`;
const sha256 = (bytes: Uint8Array) => `sha256:${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}`;
const blob = (mediaType: string, bytes: Uint8Array): Blob => ({
  ...{ mediaType, digest: sha256(bytes), size: bytes.length, bytes },
});
const json = (mediaType: string, value: unknown): Blob =>
  blob(mediaType, new TextEncoder().encode(JSON.stringify(value)));
const described = ({ mediaType, digest, size }: Blob) => ({ mediaType, digest, size });

export type OciImage = {
  /** With registry and tag, such as `docker.io/library/ca3:1.0.0`. */
  readonly name: string;
  /** How its containers run, as the image configuration of OCI says it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly images: readonly ImageOf[];
  /** What made it. */
  readonly by: string;
  /** Layers as they are: larger, and made and read sooner. */
  readonly plain?: boolean;
};

/** Ten seconds more than zlib's best, and three per cent smaller; any gzip reads it. */
const SMALLEST = { level: 12, library: "libdeflate" } as const;

/** An image for several platforms as one archive by the OCI image layout, which `ctr image import` reads. */
export function ociArchive({ name, config: runsAs, images, by, plain = false }: OciImage): Uint8Array {
  const blobs: Blob[] = [];
  const keep = (one: Blob): Blob => {
    if (!blobs.some(({ digest }) => digest === one.digest)) blobs.push(one);
    return one;
  };
  const manifests = images.map(({ platform, layers }) => {
    const archives = layers.map(tar);
    const packed = archives.map((one) =>
      keep(
        plain
          ? blob(type("layer.v1.tar"), one)
          : blob(type("layer.v1.tar+gzip"), Bun.gzipSync(new Uint8Array(one), SMALLEST)),
      ),
    );
    const config = keep(
      json(type("config.v1+json"), {
        ...platform,
        config: runsAs,
        rootfs: { type: "layers", diff_ids: archives.map(sha256) },
        history: layers.map(() => ({ created_by: by })),
      }),
    );
    const manifest = keep(
      json(type("manifest.v1+json"), {
        ...{ schemaVersion: 2, mediaType: type("manifest.v1+json") },
        ...{ config: described(config), layers: packed.map(described) },
      }),
    );
    return { ...described(manifest), platform };
  });
  const index = keep(
    json(type("index.v1+json"), { schemaVersion: 2, mediaType: type("index.v1+json"), manifests }),
  );
  const root = {
    ...{ schemaVersion: 2, mediaType: type("index.v1+json") },
    manifests: [
      {
        ...described(index),
        annotations: {
          "io.containerd.image.name": name,
          "org.opencontainers.image.ref.name": name.slice(name.lastIndexOf(":") + 1),
        },
      },
    ],
  };
  const file = (path: string, bytes: Uint8Array): Entry => ({ path, mode: 0o644, bytes });
  return tar([
    file("oci-layout", new TextEncoder().encode('{"imageLayoutVersion":"1.0.0"}')),
    file("index.json", new TextEncoder().encode(JSON.stringify(root))),
    { path: "blobs/", mode: 0o755 },
    { path: "blobs/sha256/", mode: 0o755 },
    ...blobs.map(({ digest, bytes }) => file(`blobs/${digest.replace(":", "/")}`, bytes)),
  ]);
}
