import { Ca3Error } from "../../support/errors.ts";
import { redacted } from "../../support/redact.ts";

/** What a failed command says, and what to do about it; the first that fits counts. */
const known: readonly (readonly [RegExp, string, (node: string) => string])[] = [
  [
    /a password is required|is not in the sudoers|may not run sudo|not allowed to execute|sudo: (command )?not found|sudo: no tty/,
    "the user may not use sudo without a password",
    () => "set cluster.access.user to one who may, such as ubuntu on Ubuntu's images",
  ],
  [
    /No space left on device|Disk quota exceeded/,
    "its disk is full",
    (node) =>
      `look with ca3 exec --node ${node} -- df -h, and free some space; a larger diskGb in ca3.yaml means a new machine`,
  ],
  [/Read-only file system/, "its disk cannot be written", (node) => `reboot ${node} in EC2`],
  [
    /Could not resolve host|Failed to connect|Connection timed out|Network is unreachable/,
    "it cannot reach the place of the download",
    () => "set cluster.k3s.url to a mirror it can reach, or cluster.k3s.source to upload",
  ],
  [
    /The requested URL returned error: 4/,
    "there is no such file to download",
    () => "check cluster.k3s.version and cluster.k3s.url",
  ],
  [
    /the SHA-256 of .* is /,
    "the file is not the one that was asked for",
    () => "check cluster.k3s.sha256, and the mirror or file that it came from",
  ],
];

/** Throws CA3_REMOTE with the end of what the command said, without known forms of secrets, when its exit code is not 0. */
export function mustSucceed(
  node: string,
  doing: string,
  result: { code: number; stderr: string; stdout: string },
): void {
  if (result.code === 0) return;
  const all = result.stderr || result.stdout;
  // blotted out as a whole first: a key is no key any more when its first lines are cut off
  const said = redacted(all).trim().split("\n").slice(-5).join("\n");
  const match = known.find(([pattern]) => pattern.test(all));
  const what = match === undefined ? `ended with ${result.code}` : match[1];
  throw new Ca3Error("CA3_REMOTE", `${node}: ${doing}: ${what}\n${said}`, {
    hint: match === undefined ? `ca3 ssh ${node}` : match[2](node),
  });
}
