import { Ca3Error } from "../../support/errors.ts";
import type { ReplayOptions } from "./options.ts";
import { openZone } from "./zone.ts";

/** CA3_USAGE for the first option that cannot be meant. */
export function checkReplayOptions(options: ReplayOptions): void {
  const { files, speed, loop, backfillMs = 0, sampleIntervalS = 10, columns } = options;
  if (files.length === 0) refuse("a replay needs a file", "--replay FILE, or --replay sample");
  if (speed !== "max" && !(speed > 0 && speed <= 1e6))
    refuse(`the speed ${speed} is not above 0 and at most 1000000`, "--speed 1x, --speed 60x or --speed max");
  if (loop !== "forever" && !(Number.isInteger(loop) && loop >= 1 && loop <= 1e9))
    refuse(`${loop} is not a number of loops`, "--loop 3, or --loop forever");
  if (!(backfillMs >= 0)) refuse(`the backfill of ${backfillMs} ms is negative`, "--backfill 1h");
  if (!(sampleIntervalS >= 1 && sampleIntervalS <= 3600))
    refuse(`a sample interval of ${sampleIntervalS} s is not from 1 to 3600 s`, "--sample-interval 10s");
  if (options.cards?.length === 0) refuse("there is no card to model", "--gpu 'A100 40GB'");
  if (columns !== undefined && columns.length === 0)
    refuse("there is no column name", "--columns timestamp,index,utilization.gpu,memory.used,power.draw");
  if (options.zone !== undefined) openZone(options.zone);
}

function refuse(message: string, hint: string): never {
  throw new Ca3Error("CA3_USAGE", message, { hint });
}
