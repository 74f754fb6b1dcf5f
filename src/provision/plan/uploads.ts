import { Ca3Error } from "../../support/errors.ts";
import type { ClusterSettings } from "../config.ts";
import { digestOf } from "../k3s/releases.ts";
import { type OpenFile, sha256Of } from "../run/uploads.ts";
import type { LocalFile } from "../ssh/local-file.ts";

/** What K3s imports. Source: https://docs.k3s.io/installation/airgap */
const ARCHIVE = /\.(tar|tgz|tar\.(gz|zst|bz2|lz4))$/;

/** Looks at the files that a run would send, before a machine is bought for them. Throws CA3_CONFIG with all problems. */
export async function checkUploads(settings: ClusterSettings, openFile: OpenFile): Promise<void> {
  const { k3sSource, k3sBinary, k3sImages, k3sSha256, k3sVersion, arch } = settings;
  const problems = await Promise.all([
    k3sSource === "upload" && k3sBinary !== undefined
      ? binaryProblem(
          k3sBinary,
          k3sSha256 ?? digestOf(k3sVersion, arch),
          `${k3sVersion} for ${arch}`,
          openFile,
        )
      : undefined,
    ...k3sImages.map((path) => imageProblem(path, openFile)),
  ]);
  const found = problems.filter((one) => one !== undefined);
  if (found.length > 0)
    throw new Ca3Error("CA3_CONFIG", found.join("\n"), {
      hint: "correct the section cluster.k3s of ca3.yaml; paths are relative to the folder in which the command runs",
    });
}

async function binaryProblem(
  path: string,
  wanted: string | undefined,
  release: string,
  openFile: OpenFile,
): Promise<string | undefined> {
  const is = await sha256Of(path, openFile).catch(() => undefined);
  if (is === undefined) return `cluster.k3s.binary: ${path} cannot be read`;
  return wanted === undefined || is === wanted
    ? undefined
    : `cluster.k3s.binary: ${path} is not K3s ${release}: its SHA-256 is ${is}, not ${wanted}`;
}

async function imageProblem(path: string, openFile: OpenFile): Promise<string | undefined> {
  if (!ARCHIVE.test(path))
    return `cluster.k3s.images: ${path} is not an archive that K3s accepts; its name must end with .tar, .tar.gz, .tgz, .tar.zst, .tar.bz2 or .tar.lz4`;
  return (await isReadable(openFile(path))) ? undefined : `cluster.k3s.images: ${path} cannot be read`;
}

async function isReadable(file: LocalFile): Promise<boolean> {
  try {
    for await (const _ of file.pieces()) break;
    return true;
  } catch {
    return false;
  }
}
