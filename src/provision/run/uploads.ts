import { basename } from "node:path";
import { Ca3Error } from "../../support/errors.ts";
import { formatBytes } from "../../support/format.ts";
import { Turns } from "../../support/turns.ts";
import { assetOf, digestOf } from "../k3s/releases.ts";
import {
  downloadBinary,
  hasBinary,
  hasImage,
  imagePath,
  takeImage,
  takeUploaded,
  UPLOADED,
  uploadCommand,
} from "../remote/binary.ts";
import type { LocalFile } from "../ssh/local-file.ts";
import { mustSucceed } from "../ssh/remote-failure.ts";
import type { Machine, Waiting } from "./machine.ts";

const UPLOAD_MS = 20 * 60_000;
/** All of them share the way out of here, so that one at a time is no slower; each needs room for what is on its way. */
const uploads = new Turns(1);

export type OpenFile = (path: string) => LocalFile;

/** SHA-256 of a file, in hex. Throws CA3_FILE when it cannot be read. */
export async function sha256Of(path: string, openFile: OpenFile): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256");
  try {
    for await (const piece of openFile(path).pieces()) hash.update(piece);
  } catch (error) {
    throw new Ca3Error("CA3_FILE", `${path} cannot be read: ${(error as Error).message}`, {
      hint: "check the path in the section cluster.k3s of ca3.yaml",
      cause: error,
    });
  }
  return hash.digest("hex");
}

/** K3s of the wanted release, downloaded by the machine or uploaded to it, and started only with the right digest. */
export async function putBinary(machine: Machine, waiting: Waiting): Promise<void> {
  const { settings, openFile } = machine.parts;
  const { k3sVersion, arch } = settings;
  const sha256 = settings.k3sSha256 ?? digestOf(k3sVersion, arch)!;
  if (settings.k3sSource === "download") {
    const url = `${settings.k3sUrl}/${encodeURIComponent(k3sVersion)}/${assetOf(arch)}`;
    await machine.text(downloadBinary(url, sha256));
    return;
  }
  if ((await machine.answer<{ there: boolean }>(hasBinary(sha256)))?.there) return;
  await upload(machine, settings.k3sBinary!, openFile(settings.k3sBinary!), UPLOADED, waiting);
  await machine.text(takeUploaded(sha256));
}

/** The archives of images, each compared by its digest; one that is there already is not sent again. */
export async function putImages(machine: Machine, waiting: Waiting): Promise<void> {
  const { settings, openFile } = machine.parts;
  for (const image of settings.k3sImages) {
    const sha256 = await digestOnce(image, openFile);
    const path = imagePath(basename(image));
    if ((await machine.answer<{ there: boolean }>(hasImage(path, sha256)))?.there) continue;
    await upload(machine, image, openFile(image), `${path}.part`, waiting);
    await machine.text(takeImage(path, sha256));
  }
}

/** A file goes to every machine; it is read for its digest once a run. */
const digests = new WeakMap<OpenFile, Map<string, Promise<string>>>();
function digestOnce(path: string, openFile: OpenFile): Promise<string> {
  const known = digests.get(openFile) ?? new Map<string, Promise<string>>();
  digests.set(openFile, known);
  const digest = known.get(path) ?? sha256Of(path, openFile);
  known.set(path, digest);
  return digest;
}

async function upload(
  machine: Machine,
  from: string,
  file: LocalFile,
  to: string,
  waiting: Waiting,
): Promise<void> {
  const doing = `the upload of ${basename(from)}`;
  const command = uploadCommand(to);
  if (uploads.busy) waiting(`${machine.name}: ${basename(from)} comes after the uploads under way`);
  const size = formatBytes(await file.size());
  const result = await uploads.take(() => {
    waiting(`${machine.name}: sending ${basename(from)}, ${size}`);
    return machine.run({ command, stdin: file, doing, deadlineMs: UPLOAD_MS });
  });
  mustSucceed(machine.name, doing, result);
}
