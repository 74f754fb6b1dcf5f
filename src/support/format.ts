/** Numbers, sizes, times and money as people read them. Pure, and the same on every machine and locale. */

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ",");

/** `22361870` → `22,361,870`. Rounds to a whole number; `–` stands for "no number". */
export function formatCount(value: number | null): string {
  return formatDecimal(value, 0);
}

/** With a fixed number of digits after the point: `1234.5` → `1,234.50`. */
export function formatDecimal(value: number | null, digits: number): string {
  if (value === null || !Number.isFinite(value)) return "–";
  const [whole, fraction] = Math.abs(value).toFixed(digits).split(".");
  const text = grouped(whole!) + (fraction === undefined ? "" : `.${fraction}`);
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}

/** Three or four digits and a unit, for status lines: `12345` → `12.3k`, `22361870` → `22.4M`. */
export function formatCompact(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "–";
  return scaled(value, 1000, ["", "k", "M", "G", "T"], "");
}

/** `1536` → `1.5 KiB`. */
export function formatBytes(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "–";
  return scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"], " ");
}

/** Joules up to 100 kJ, kilowatt-hours above: 1 kWh = 3.6 MJ. With unit and digits that suit `like`, of a column. */
export function formatEnergy(joules: number | null, like: number | null = joules): string {
  if (joules === null || !Number.isFinite(joules)) return "–";
  const scale = Math.max(Math.abs(joules), Math.abs(like ?? 0));
  if (scale < 1e5) return scaled(joules, 1000, ["J", "kJ"], " ");
  return `${formatDecimal(joules / 3.6e6, scale < 3.6e7 ? 3 : 1)} kWh`;
}

/** A share from 0 to 1 as `42.0 %`. */
export function formatPercent(share: number | null): string {
  return share === null || !Number.isFinite(share) ? "–" : `${formatDecimal(share * 100, 1)} %`;
}

function scaled(value: number, step: number, units: readonly string[], gap: string): string {
  let size = Math.abs(value);
  let unit = 0;
  while (unit < units.length - 1 && size >= step - (unit === 0 ? 0 : 0.05)) {
    size /= step;
    unit++;
  }
  const whole = unit === 0 && Number.isInteger(size);
  const text = formatDecimal(size, whole || size >= 999.95 ? 0 : 1);
  return `${value < 0 ? "-" : ""}${text}${gap}${units[unit]}`;
}

/** Milliseconds as the two largest units: `850 ms`, `12.3 s`, `4 m 12 s`, `1 h 02 m`, `3 d 04 h`. */
export function formatDuration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return "–";
  const size = Math.abs(ms);
  const sign = ms < 0 ? "-" : "";
  if (size < 999.5) return `${sign}${Math.round(size)} ms`;
  if (size < 59_950) return `${sign}${(size / 1000).toFixed(1)} s`;
  const seconds = Math.round(size / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${sign}${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
  const hours = Math.round(minutes / 60);
  return `${sign}${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/**
 * Money from integer micro-dollars, computed in integers: `1234567` → `$1.23`. Rounds half away from zero to `decimals`
 * (0 to 6) digits; without `decimals` to as many as the amount needs.
 */
export function formatUsd(microUsd: number | null, decimals?: number): string {
  if (microUsd === null || !Number.isFinite(microUsd)) return "–";
  const micro = BigInt(Math.round(Math.abs(microUsd)));
  const digits = decimals ?? usdDigits(Number(micro));
  const unit = 10n ** BigInt(6 - digits);
  const rounded = (micro + unit / 2n) / unit;
  const text = rounded.toString().padStart(digits + 1, "0");
  const whole = grouped(text.slice(0, text.length - digits));
  const sign = microUsd < 0 && rounded > 0n ? "-" : "";
  return `${sign}$${whole}${digits === 0 ? "" : `.${text.slice(-digits)}`}`;
}

/** Digits after the point for an amount: two from 100 dollars on and for nothing, four from one cent on, else six. */
export function usdDigits(microUsd: number): number {
  const size = Math.abs(microUsd);
  return size === 0 || size >= 1e8 ? 2 : size >= 1e4 ? 4 : 6;
}

/** Text from elsewhere, safe to show: control characters, which could steer a terminal, become `�`. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
