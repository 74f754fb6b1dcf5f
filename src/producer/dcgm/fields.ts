/** What a card or a part of it tells, in base units. */
export type Field =
  | "utilization"
  | "engineActive"
  | "smActive"
  | "smOccupancy"
  | "tensorActive"
  | "dramActive"
  | "memUsedBytes"
  | "memFreeBytes"
  | "memReservedBytes"
  | "memTotalBytes"
  | "powerW"
  | "energyJ"
  | "tempC"
  | "memTempC"
  | "smClockHz"
  | "memClockHz"
  | "powerLimitW"
  | "xid"
  | "eccUncorrected"
  | "throttleMask";

export type Values = { readonly [field in Field]?: number };

type Metric = {
  readonly field: Field;
  /** Base units per unit of the metric. */
  readonly scale: number;
  /** A share: 0 to 1 once scaled. */
  readonly share?: true;
  /** Largest value that a card can have, in base units; above it is a placeholder for "not supported". */
  readonly max: number;
};

const MIB = 1024 ** 2;
const share = (field: Field, scale = 1): Metric => ({ field, scale, share: true, max: 1 });
const memory = (field: Field, scale = 1): Metric => ({ field, scale, max: 1e13 });
const watts = (field: Field): Metric => ({ field, scale: 1, max: 1e5 });
const celsius = (field: Field): Metric => ({ field, scale: 1, max: 250 });
const hertz = (field: Field, scale = 1): Metric => ({ field, scale, max: 1e11 });
const plain = (field: Field, max: number): Metric => ({ field, scale: 1, max });

/**
 * Metrics of DCGM exporters by name. The names without a unit are those up to 4.8, the others those since 4.9, which
 * changed units with them: MHz to hertz, mJ to joules, percent to a ratio, MiB to bytes. Where a page has several names
 * for one field, the first one here counts. Sources: the exporter's `default-counters.csv` and the release notes of
 * 4.9.0, which list what was renamed; DCGM's field identifiers 1603 to 1628 for the units.
 */
export const metrics: Readonly<Record<string, Metric>> = {
  DCGM_FI_DEV_GPU_UTIL_RATIO: share("utilization"),
  DCGM_FI_DEV_GPU_UTIL: share("utilization", 0.01),
  DCGM_FI_PROF_GR_ENGINE_UTIL_RATIO: share("engineActive"),
  DCGM_FI_PROF_GR_ENGINE_ACTIVE: share("engineActive"),
  DCGM_FI_PROF_SM_UTIL_RATIO: share("smActive"),
  DCGM_FI_PROF_SM_ACTIVE: share("smActive"),
  DCGM_FI_PROF_SM_OCCUPANCY_RATIO: share("smOccupancy"),
  DCGM_FI_PROF_SM_OCCUPANCY: share("smOccupancy"),
  DCGM_FI_PROF_TENSOR_UTIL_RATIO: share("tensorActive"),
  DCGM_FI_PROF_PIPE_TENSOR_ACTIVE: share("tensorActive"),
  DCGM_FI_PROF_DRAM_UTIL_RATIO: share("dramActive"),
  DCGM_FI_PROF_DRAM_ACTIVE: share("dramActive"),
  DCGM_FI_DEV_FB_USED_BYTES: memory("memUsedBytes"),
  DCGM_FI_DEV_FB_USED: memory("memUsedBytes", MIB),
  DCGM_FI_DEV_FB_FREE_BYTES: memory("memFreeBytes"),
  DCGM_FI_DEV_FB_FREE: memory("memFreeBytes", MIB),
  DCGM_FI_DEV_FB_RESERVED_BYTES: memory("memReservedBytes"),
  DCGM_FI_DEV_FB_RESERVED: memory("memReservedBytes", MIB),
  DCGM_FI_DEV_FB_CAPACITY_BYTES: memory("memTotalBytes"),
  DCGM_FI_DEV_FB_TOTAL: memory("memTotalBytes", MIB),
  DCGM_FI_DEV_BOARD_POWER_WATTS: watts("powerW"),
  DCGM_FI_DEV_POWER_USAGE: watts("powerW"),
  DCGM_FI_DEV_BOARD_POWER_RAW_WATTS: watts("powerW"),
  DCGM_FI_DEV_POWER_USAGE_INSTANT: watts("powerW"),
  DCGM_FI_DEV_GPU_ENERGY_JOULES_TOTAL: plain("energyJ", 1e11),
  DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION: { field: "energyJ", scale: 1e-3, max: 1e11 },
  DCGM_FI_DEV_GPU_TEMP_CELSIUS: celsius("tempC"),
  DCGM_FI_DEV_GPU_TEMP: celsius("tempC"),
  DCGM_FI_DEV_MEMORY_TEMP_CELSIUS: celsius("memTempC"),
  DCGM_FI_DEV_MEMORY_TEMP: celsius("memTempC"),
  DCGM_FI_DEV_SM_CLOCK_HERTZ: hertz("smClockHz"),
  DCGM_FI_DEV_SM_CLOCK: hertz("smClockHz", 1e6),
  DCGM_FI_DEV_MEMORY_CLOCK_HERTZ: hertz("memClockHz"),
  DCGM_FI_DEV_MEM_CLOCK: hertz("memClockHz", 1e6),
  DCGM_FI_DEV_BOARD_POWER_LIMIT_ENFORCED_WATTS: watts("powerLimitW"),
  DCGM_FI_DEV_ENFORCED_POWER_LIMIT: watts("powerLimitW"),
  DCGM_FI_DEV_BOARD_POWER_LIMIT_REQUESTED_WATTS: watts("powerLimitW"),
  DCGM_FI_DEV_POWER_MGMT_LIMIT: watts("powerLimitW"),
  DCGM_FI_DEV_XID_ERROR: plain("xid", 1e6),
  DCGM_FI_DEV_XID_ERRORS: plain("xid", 1e6),
  DCGM_FI_DEV_ECC_DBE_VOL_TOTAL: plain("eccUncorrected", 1e9),
  DCGM_FI_DEV_CLOCKS_EVENT_REASONS: plain("throttleMask", 2 ** 31 - 1),
  DCGM_FI_DEV_CLOCK_THROTTLE_REASONS: plain("throttleMask", 2 ** 31 - 1),
};

const preference = new Map(Object.keys(metrics).map((name, at) => [name, at]));
/** Lower counts first among the names of one field. */
export const preferenceOf = (name: string): number => preference.get(name)!;

export const isDcgmMetric = (name: string): boolean => preference.has(name);

/** Fields of the board: they are the same for all parts of a card, and count once. */
export const boardFields: ReadonlySet<Field> = new Set<Field>([
  ...(["powerW", "energyJ", "tempC", "memTempC", "smClockHz", "memClockHz"] as const),
  ...(["powerLimitW", "xid", "eccUncorrected", "throttleMask", "memTotalBytes"] as const),
]);
