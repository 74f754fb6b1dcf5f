import { quoted, type Script, script } from "./script.ts";

const DOWNLOAD_MS = 5 * 60_000;
export const K3S = "/usr/local/bin/k3s";
/** Where an upload is put; it counts only after its digest was compared. */
export const UPLOADED = "/var/lib/ca3/k3s.upload";
/** K3s imports every archive in here. */
export const IMAGES = "/var/lib/rancher/k3s/agent/images";

const matches = (path: string, sha256: string) =>
  `echo ${quoted(`${sha256}  ${path}`)} | sha256sum -c --status 2>/dev/null`;

/** The binary of this digest, downloaded by the machine itself. A wrong digest ends the script and leaves nothing. */
export const downloadBinary = (url: string, sha256: string): Script =>
  script("download K3s", DOWNLOAD_MS, [
    `if ${matches(K3S, sha256)}; then echo '{"changed":0}'; exit 0; fi`,
    "install -d -m 700 /var/lib/ca3",
    `curl -fsSL --retry 4 --retry-connrefused --connect-timeout 15 -o ${UPLOADED} ${quoted(url)}`,
    ...takeOver(sha256),
  ]);

/** Whether the binary is there already, before it is uploaded. */
export const hasBinary = (sha256: string): Script =>
  script("look for K3s", 60_000, [
    "install -d -m 700 /var/lib/ca3",
    `if ${matches(K3S, sha256)}; then echo '{"there":true}'; else echo '{"there":false}'; fi`,
  ]);

/** Takes over what was uploaded. */
export const takeUploaded = (sha256: string): Script =>
  script("check the uploaded K3s", 120_000, takeOver(sha256));

const takeOver = (sha256: string): string[] => [
  `if ! ${matches(UPLOADED, sha256)}; then`,
  `  echo "the SHA-256 of the binary is $(sha256sum ${UPLOADED} | cut -d' ' -f1), not ${sha256}" >&2`,
  `  rm -f ${UPLOADED}; exit 1`,
  "fi",
  `chmod 755 ${UPLOADED}`,
  `mv ${UPLOADED} ${K3S}`,
  `ln -sf k3s ${K3S.replace(/k3s$/, "kubectl")}`,
  `echo '{"changed":1}'`,
];
