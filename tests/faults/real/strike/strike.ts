import type { Fault } from "../plan/fault.ts";
import type { World } from "../world/world.ts";
import { strikeBoundary } from "./boundary.ts";
import { loose } from "./loose.ts";

/** Carries out a fault and takes it back; false when there was no occasion for it. */
export async function strike(world: World, fault: Fault): Promise<boolean> {
  if (fault.kind === "boundary") return strikeBoundary(world, fault);
  // an executable takes its clock from the machine
  if (fault.kind === "processor with a wrong clock" && world.options.program?.executable) return false;
  await loose[fault.kind](world, fault);
  return true;
}
