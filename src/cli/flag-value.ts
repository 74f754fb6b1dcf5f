import { Ca3Error } from "../support/errors.ts";
import { duration, type ValueType } from "../support/setting-types.ts";

/** The value of a flag that is no setting. Throws CA3_USAGE with the flag, what was expected and what was given. */
export function flagValue<T>(flag: string, raw: string, type: ValueType<T>, hint?: string): T {
  const parsed = type.parse(raw);
  if ("value" in parsed) return parsed.value;
  throw new Ca3Error(
    "CA3_USAGE",
    `${flag}: ${parsed.problem}, got ${raw}`,
    hint === undefined ? {} : { hint },
  );
}

/** The same for a span of time such as `5m`; in milliseconds. */
export const durationFlag = (flag: string, raw: string, hint: string): number =>
  flagValue(flag, raw, duration, hint);
