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

/** Settings of every container that runs the image; the same as in the Dockerfile. */
const runsAs = {
  User: "65532:65532",
  Entrypoint: ["/usr/local/bin/ca3"],
  Env: ["PATH=/usr/local/bin:/usr/bin:/bin", "HTTP_HOST=0.0.0.0", "HTTP_PORT=8080"],
  ExposedPorts: { "8080/tcp": {} },
  WorkingDir: "/",
  StopSignal: "SIGTERM",
};

/** An image for several platforms as one archive by the OCI image layout, which `ctr image import` reads. */
export function ociArchive(name: string, version: string, images: readonly ImageOf[]): Uint8Array {
  const blobs: Blob[] = [];
  const keep = (one: Blob): Blob => {
    if (!blobs.some(({ digest }) => digest === one.digest)) blobs.push(one);
    return one;
  };
  const manifests = images.map(({ platform, layers }) => {
    const archives = layers.map(tar);
    const packed = archives.map((one) =>
      keep(blob(type("layer.v1.tar+gzip"), Bun.gzipSync(new Uint8Array(one), { level: 9 }))),
    );
    const config = keep(
      json(type("config.v1+json"), {
        ...platform,
        config: {
          ...runsAs,
          Labels: { "org.opencontainers.image.title": "ca3", "org.opencontainers.image.version": version },
        },
        rootfs: { type: "layers", diff_ids: archives.map(sha256) },
        history: layers.map(() => ({ created_by: "bun run image" })),
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
          "io.containerd.image.name": `docker.io/library/${name}`,
          "org.opencontainers.image.ref.name": version,
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
