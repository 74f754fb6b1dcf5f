import { K3S } from "./binary.ts";
import { quoted, type Script, script } from "./script.ts";

const DRAIN_MS = 6 * 60_000;

/** Moves the pods of a node elsewhere, as far as disruption budgets allow, for five minutes at most. */
export const drainNode = (node: string): Script =>
  script(`drain ${node}`, DRAIN_MS, [
    `${K3S} kubectl drain ${quoted(node)} --ignore-daemonsets --delete-emptydir-data --timeout=5m`,
  ]);

/** The cluster knows of the node no more; with it goes the password that the node had. */
export const forgetNode = (node: string): Script =>
  script(`forget ${node}`, 60_000, [
    `${K3S} kubectl delete node ${quoted(node)} --ignore-not-found`,
    `echo '{"forgotten":true}'`,
  ]);
