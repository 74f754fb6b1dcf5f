import { K3S } from "./binary.ts";
import { quoted, type Script, script } from "./script.ts";

const DRAIN_MS = 6 * 60_000;

/** Moves the pods of a node elsewhere, as far as disruption budgets allow, for five minutes at most. */
export const drainNode = (node: string): Script =>
  script(`drain ${node}`, DRAIN_MS, [
    `${K3S} kubectl drain ${quoted(node)} --ignore-daemonsets --delete-emptydir-data --timeout=5m`,
  ]);
