import { quoted } from "../../support/shell-words.ts";
import { K3S } from "./binary.ts";
import { type Script, script } from "./script.ts";

const RESTART_MS = 5 * 60_000;
const SNAPSHOT_MS = 5 * 60_000;
const SERVER = "/var/lib/rancher/k3s/server";
/** Where the state of a cluster without etcd is kept before an upgrade. */
const BACKUPS = "/var/lib/rancher/k3s/server/ca3-backups";

/**
 * Keeps the state of the cluster as it is before a release takes it over: a snapshot where it is etcd's, else a copy of the
 * database that is whole although K3s goes on writing. The server token is kept beside it: without it the state is of no use.
 * What has been kept on this machine for this release stays as it is: an upgrade that is gone on with may find a K3s that
 * does not run, and a state that is not that of before.
 */
export const keepState = (release: string): Script => {
  const name = `before-${release.replace(/[^A-Za-z0-9.-]/g, "-")}`;
  const copy = `${BACKUPS}/${name}`;
  return script("keep the state of the cluster", SNAPSHOT_MS, [
    `install -d -m 700 ${BACKUPS}`,
    `if [ -e ${SERVER}/db/state.db ]; then`,
    `  if [ ! -e ${copy}.db ]; then`,
    `    (umask 077 && python3 - ${SERVER}/db/state.db ${copy}.db.part) <<'CA3'`,
    "import sqlite3, sys",
    "with sqlite3.connect(sys.argv[1]) as live, sqlite3.connect(sys.argv[2]) as kept: live.backup(kept)",
    "CA3",
    `    mv ${copy}.db.part ${copy}.db`,
    "  fi",
    `elif ! ls ${SERVER}/db/snapshots/${name}-* >/dev/null 2>&1; then`,
    `  ${K3S} etcd-snapshot save --name ${quoted(name)} >/dev/null`,
    "fi",
    `install -m 600 ${SERVER}/token ${copy}.token`,
    `echo '{"kept":true}'`,
  ]);
};

/** Starts the service anew, with the binary that is there now. Containers go on running meanwhile. */
export const restartService = (unit: "k3s" | "k3s-agent"): Script =>
  script(`restart ${unit}`, RESTART_MS, [
    `if ! systemctl restart ${unit}; then journalctl -u ${unit} -n 40 --no-pager >&2; exit 1; fi`,
    `echo '{"restarted":true}'`,
  ]);
