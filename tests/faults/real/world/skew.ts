/** Preloaded into a process whose clock is wrong by `CA3_FAULT_SKEW_MS`. */
const skewMs = Number(process.env["CA3_FAULT_SKEW_MS"] ?? 0);
const RealDate = Date;

class SkewedDate extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    super(...((given.length === 0 ? [RealDate.now() + skewMs] : given) as [number]));
  }
  static override now(): number {
    return RealDate.now() + skewMs;
  }
}
if (skewMs !== 0) globalThis.Date = SkewedDate as DateConstructor;

export {};
