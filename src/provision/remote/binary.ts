import { quoted } from "../../support/shell-words.ts";
import { type Script, script } from "./script.ts";

const DOWNLOAD_MS = 5 * 60_000;
export const K3S = "/usr/local/bin/k3s";
/** Where an upload is put; it counts only after its digest was compared. */
export const UPLOADED = "/var/lib/ca3/k3s.upload";
/** K3s imports every archive in here when it starts. */
const IMAGES = "/var/lib/rancher/k3s/agent/images";
export const imagePath = (name: string): string => `${IMAGES}/${name}`;

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

/**
 * Takes what comes on stdin as root; nothing but the path stands in the command. Into a new file each time: on a connection
 * that broke, the machine may still write what was on its way, and that must not end up between what comes now.
 */
export function uploadCommand(to: string): string {
  const folder = quoted(to.slice(0, to.lastIndexOf("/")));
  const inner = `install -d -m 700 ${folder} && rm -f ${quoted(to)} && cat > ${quoted(to)}`;
  return `if [ "$(id -u)" = 0 ]; then ${inner}; else sudo -n sh -c ${quoted(inner)}; fi`;
}

/** Whether an archive of images is there as a whole. */
export const hasImage = (path: string, sha256: string): Script =>
  script("look for images", 120_000, [
    `if ${matches(path, sha256)}; then echo '{"there":true}'; else echo '{"there":false}'; fi`,
  ]);

/** Takes over an archive that was uploaded beside its place; K3s that runs already imports it at once. */
export const takeImage = (path: string, sha256: string): Script =>
  script("check the uploaded images", 5 * 60_000, [
    ...refuseOthers(`${path}.part`, sha256),
    `mv ${quoted(`${path}.part`)} ${quoted(path)}`,
    "if systemctl is-active -q k3s || systemctl is-active -q k3s-agent; then",
    `  ${K3S} ctr images import ${quoted(path)} >/dev/null`,
    "fi",
    `echo '{"changed":1}'`,
  ]);

const refuseOthers = (path: string, sha256: string): string[] => [
  `if ! ${matches(path, sha256)}; then`,
  `  echo "the SHA-256 of the file is $(sha256sum ${quoted(path)} | cut -d' ' -f1), not ${sha256}" >&2`,
  `  rm -f ${quoted(path)}; exit 1`,
  "fi",
];

const takeOver = (sha256: string): string[] => [
  ...refuseOthers(UPLOADED, sha256),
  `chmod 755 ${UPLOADED}`,
  `mv ${UPLOADED} ${K3S}`,
  `ln -sf k3s ${K3S.replace(/k3s$/, "kubectl")}`,
  `echo '{"changed":1}'`,
];
