import { Ca3Error } from "../../support/errors.ts";
import type { ValueType } from "../../support/setting-types.ts";

/** The value of a flag that is a number. Throws CA3_USAGE with what was expected. */
export function numberArg(flag: string, raw: string, type: ValueType<number>): number {
  const parsed = type.parse(raw);
  if ("value" in parsed) return parsed.value;
  throw new Ca3Error("CA3_USAGE", `${flag}: ${parsed.problem}, got ${raw}`);
}
