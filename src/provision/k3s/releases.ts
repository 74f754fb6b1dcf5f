import type { NodeArch } from "../model.ts";

/**
 * SHA-256 of the K3s binary, by release and architecture, as the release's own list of checksums has them. A release
 * that is not here can be used with `cluster.k3s.sha256`.
 */
const releases: Readonly<Record<string, Partial<Readonly<Record<NodeArch, string>>>>> = {
  "v1.36.2+k3s1": { amd64: "65a55ec56c24eab44383086166ec620a491952b7e23941a49ddca6e8a4c4b4de" },
  "v1.36.4+k3s1": {
    amd64: "835873f37245fc615f547a2fe2af9402a347875f13fa64a1f136de644955ea3f",
    arm64: "c920706346d5ad4e5cd3c7bf1bb09ce71ebe07fec829e513e40f1caf98aed8bb",
  },
  "v1.36.5+k3s1": { amd64: "d73847bcd3c5fccef0115b372e2f9a91f3032dc84bbf71518a4617565294d313" },
};

export const DEFAULT_K3S_VERSION = "v1.36.5+k3s1";

export const knownReleases = (arch: NodeArch): string[] =>
  Object.entries(releases).flatMap(([version, digests]) => (digests[arch] ? [version] : []));

/** The known SHA-256 of the binary of a release; nothing when ca3 does not know it. */
export const digestOf = (version: string, arch: NodeArch): string | undefined => releases[version]?.[arch];

/** The file of a release that holds the binary. */
export const assetOf = (arch: NodeArch): string => (arch === "amd64" ? "k3s" : `k3s-${arch}`);
