import type { NumberField } from "./columns.ts";
import { numberColumns, numberFields } from "./columns.ts";

/** What to ask nvidia-smi for, and what it does not have. */
export type FieldPlan = {
  /** Names for `--query-gpu`, in order. */
  readonly query: readonly string[];
  /** Fields that releases have and this one has not, by their preferred names. */
  readonly missing: readonly string[];
  /** Those of them without which a figure is estimated or lacks. */
  readonly needed: readonly string[];
};

/** Columns with words that a live reading has a use for; a serial number says no more than the UUID. */
const WORDS = ["uuid", "name", "pci.bus_id", "driver_version", "mig.mode.current"] as const;
const NEEDED: ReadonlySet<string> = new Set([
  ...["timestamp", "index", "uuid", "name", "utilization.gpu"],
  ...["memory.used", "memory.total", "power.draw"],
]);
/** Asked for where it is, and missed nowhere: the releases we know print no energy counter. */
const HOPED: ReadonlySet<string> = new Set(["total_energy_consumption"]);
const THROTTLE = ["clocks_event_reasons.active", "clocks_throttle_reasons.active"] as const;

/**
 * Names of the fields in `nvidia-smi --help-query-gpu`: lines that hold nothing but quoted names, such as
 * `"name" or "gpu_name"`. Its prose has quoted words as well, but never alone on a line.
 */
export function parseFields(help: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const line of help.split("\n")) {
    if (!/^\s*"[a-z][\w.]*"(\s+or\s+"[a-z][\w.]*")*\s*$/i.test(line)) continue;
    for (const [, name] of line.matchAll(/"([^"]+)"/g)) names.add(name!);
  }
  return names;
}

/** The fields to ask for among those that are there: of several names for one thing the first. */
export function planFields(available: ReadonlySet<string>): FieldPlan {
  const wanted: readonly (readonly string[])[] = [
    ...["timestamp", "index", ...WORDS].map((name) => [name]),
    ...numberFields.map((field) => namesOf(field)),
    THROTTLE,
  ];
  const query: string[] = [];
  const missing: string[] = [];
  for (const names of wanted) {
    const name = names.find((one) => available.has(one));
    if (name !== undefined) query.push(name);
    else if (!HOPED.has(names[0]!)) missing.push(names[0]!);
  }
  return { query, missing, needed: missing.filter((name) => NEEDED.has(name)) };
}

const namesOf = (field: NumberField): readonly string[] => numberColumns[field].names;
