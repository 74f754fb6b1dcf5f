const DAY_S = 86_400;
/** Widths between two marks of a time axis, seconds. */
const WIDTHS_S = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800],
  ...[1, 2, 3, 6, 12, 24, 48, 96, 168].map((hours) => hours * 3600),
];
/** Widths of longer axes, in months of the calendar. */
const WIDTHS_MONTHS = [1, 2, 3, 6, 12, 24, 60, 120];

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number): string => String(value).padStart(2, "0");

/** Times of the marks, Unix seconds: round ones in UTC, at most one per `gapPx`. */
export function timeMarks(fromS: number, toS: number, widthPx: number, gapPx = 84): number[] {
  const least = ((toS - fromS) / Math.max(1, widthPx)) * gapPx;
  const width = WIDTHS_S.find((one) => one >= least);
  if (width === undefined) return monthMarks(fromS, toS, least);
  const marks: number[] = [];
  for (let at = Math.ceil(fromS / width) * width; at <= toS; at += width) marks.push(at);
  return marks;
}

function monthMarks(fromS: number, toS: number, least: number): number[] {
  const width = WIDTHS_MONTHS.find((one) => one * 31 * DAY_S >= least) ?? WIDTHS_MONTHS.at(-1)!;
  const year = new Date(fromS * 1000).getUTCFullYear();
  const marks: number[] = [];
  for (let month = 0; ; month += width) {
    const at = Date.UTC(Math.floor(year / 10) * 10, month) / 1000;
    if (at > toS) return marks;
    if (at >= fromS) marks.push(at);
  }
}

/** What stands at the marks: the time, with the day where it changes, or days alone. */
export function markLabels(marks: readonly number[]): string[] {
  const width = (marks[1] ?? 0) - (marks[0] ?? 0);
  return marks.map((seconds, at) => {
    const date = new Date(seconds * 1000);
    const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
    if (width > 27 * DAY_S) return `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
    if (width >= DAY_S) return day;
    const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
    const time = width > 0 && width < 60 ? `${clock}:${two(date.getUTCSeconds())}` : clock;
    const before = marks[at - 1];
    const newDay = before !== undefined && Math.floor(before / DAY_S) !== Math.floor(seconds / DAY_S);
    return newDay ? `${day}\n${time}` : time;
  });
}
