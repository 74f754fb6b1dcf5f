/**
 * Load by hour of the day (UTC), relative to the mean of the day: quiet at night, a plateau in office hours. The shape
 * is ours, drawn after the daily rhythm that studies of LLM services report (such as BurstGPT, arXiv 2401.17644); it
 * is no fit to one service.
 */
const HOURLY_LOAD = [
  0.56, 0.48, 0.43, 0.4, 0.41, 0.47, 0.6, 0.79, 1.02, 1.24, 1.4, 1.48, 1.46, 1.5, 1.55, 1.53, 1.46, 1.35,
  1.24, 1.14, 1.04, 0.95, 0.82, 0.68,
] as const;

const mean = HOURLY_LOAD.reduce((sum, load) => sum + load, 0) / HOURLY_LOAD.length;

export const peakLoad = Math.max(...HOURLY_LOAD) / mean;

/** Load at a time, relative to the mean of the day, linear between the full hours. */
export function loadAt(tsMs: number): number {
  const hours = (((tsMs / 3_600_000) % 24) + 24) % 24;
  const hour = Math.floor(hours);
  const from = HOURLY_LOAD[hour]!;
  const to = HOURLY_LOAD[(hour + 1) % 24]!;
  return (from + (to - from) * (hours - hour)) / mean;
}
