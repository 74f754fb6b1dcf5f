import type { Header } from "../replay/header.ts";

/** Factors by unit; below 1 they are kept as divisors so that `37 %` becomes exactly 0.37. */
type Scale = { readonly times?: number; readonly over?: number };
type Scales = Readonly<Record<string, Scale>>;

const percent: Scales = { "%": { over: 100 } };
const size: Scales = { MiB: { times: 1024 ** 2 }, KiB: { times: 1024 }, GiB: { times: 1024 ** 3 }, B: {} };
const watts: Scales = { W: {}, mW: { over: 1000 } };
const joules: Scales = { mJ: { over: 1000 }, J: {} };
const hertz: Scales = { MHz: { times: 1e6 }, GHz: { times: 1e9 }, kHz: { times: 1e3 }, Hz: {} };
const plain: Scales = { "": {}, C: {} };

type NumberColumn = { readonly scales: Scales; readonly max: number; readonly names: readonly string[] };

/**
 * Columns with numbers: the names `nvidia-smi --help-query-gpu` gives them, preferred one first, the units they can
 * have (the first one when none is written), and the most the event schema takes.
 */
export const numberColumns = {
  utilization: { scales: percent, max: 1, names: ["utilization.gpu"] },
  memUsedBytes: { scales: size, max: 1e15, names: ["memory.used"] },
  memTotalBytes: { scales: size, max: 1e15, names: ["memory.total"] },
  memFreeBytes: { scales: size, max: 1e15, names: ["memory.free"] },
  memReservedBytes: { scales: size, max: 1e15, names: ["memory.reserved"] },
  powerW: { scales: watts, max: 1e5, names: ["power.draw", "power.draw.average", "power.draw.instant"] },
  powerLimitW: { scales: watts, max: 1e15, names: ["enforced.power.limit", "power.limit"] },
  energyJ: { scales: joules, max: 1e15, names: ["total_energy_consumption", "energy.total"] },
  tempC: { scales: plain, max: 250, names: ["temperature.gpu"] },
  memTempC: { scales: plain, max: 250, names: ["temperature.memory"] },
  smClockHz: { scales: hertz, max: 1e15, names: ["clocks.sm", "clocks.current.sm"] },
  memClockHz: { scales: hertz, max: 1e15, names: ["clocks.mem", "clocks.current.memory"] },
  eccUncorrected: {
    scales: plain,
    max: 1e12,
    names: ["ecc.errors.uncorrected.aggregate.total", "ecc.errors.uncorrected.volatile.total"],
  },
} as const satisfies Record<string, NumberColumn>;
export type NumberField = keyof typeof numberColumns;
export const numberFields = Object.keys(numberColumns) as NumberField[];

/** The unit of a column that is printed without one; empty where it has none. */
export function usualUnit(name: string): string {
  const column = Object.values(numberColumns).find(({ names }) =>
    (names as readonly string[]).includes(name),
  );
  return column === undefined ? "" : Object.keys(column.scales)[0]!;
}

/** Columns with words. */
export const textColumns = {
  uuid: ["uuid", "gpu_uuid"],
  model: ["name", "gpu_name"],
  busId: ["pci.bus_id", "gpu_bus_id"],
  serial: ["serial", "gpu_serial"],
  driver: ["driver_version"],
  throttle: ["clocks_event_reasons.active", "clocks_throttle_reasons.active"],
  migMode: ["mig.mode.current"],
} as const;
export type TextField = keyof typeof textColumns;

const ownNames = new Set<string>(Object.values(numberColumns).flatMap(({ names }) => names));

/** Whether a header with this column is that of an nvidia-smi log. */
export const isSmiColumn = (name: string): boolean =>
  ownNames.has(name) || name === "uuid" || name === "gpu_uuid" || name.startsWith("utilization.");

/** A unit as a number, so that reading one makes no string. */
const unitCode = (unit: string): number =>
  [...unit].reduce((code, letter) => code * 256 + letter.charCodeAt(0), 0);

export type ColumnPlan = {
  readonly field: NumberField;
  readonly index: number;
  readonly name: string;
  readonly max: number;
  /** By unit code; code 0 is the unit of the header, or the usual one. */
  readonly scales: ReadonlyMap<number, Scale>;
};

/** Which column holds which number, and how its units scale. */
export function planNumbers(header: Header): ColumnPlan[] {
  return numberFields.flatMap((field) => {
    const { names, scales, max }: NumberColumn = numberColumns[field];
    const name = names.find((candidate) => header.names.includes(candidate));
    if (name === undefined) return [];
    const index = header.names.indexOf(name);
    const usual = scales[header.units[index] ?? ""] ?? Object.values(scales)[0]!;
    const byCode = new Map(Object.entries(scales).map(([unit, scale]) => [unitCode(unit), scale]));
    return [{ field, index, name, max, scales: byCode.set(0, usual) }];
  });
}

/** Bits of the mask of clock event reasons. Source: `nvmlClocksEventReason*` in NVIDIA's nvml.h. */
const REASONS: readonly (readonly [bit: number, name: string])[] = [
  [0x1, "gpu_idle"],
  [0x2, "applications_clocks_setting"],
  [0x4, "sw_power_cap"],
  [0x8, "hw_slowdown"],
  [0x10, "sync_boost"],
  [0x20, "sw_thermal_slowdown"],
  [0x40, "hw_thermal_slowdown"],
  [0x80, "hw_power_brake_slowdown"],
  [0x100, "display_clock_setting"],
];

/** Names of the reasons in a mask such as `0x0000000000000004`; undefined when it is no mask. */
export function reasonsOf(mask: string): string[] | undefined {
  if (!/^0x[0-9a-fA-F]{1,16}$/.test(mask)) return undefined;
  const bits = Number(BigInt(mask) & 0x1ffn);
  return REASONS.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
}
