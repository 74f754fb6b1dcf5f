import type { Fault } from "../plan/fault.ts";
import type { World } from "../world/world.ts";
import { strikeBoundary } from "./boundary.ts";
import { loose } from "./loose.ts";

/** Carries out a fault and takes it back; false when there was no occasion for it. */
export const strike = (world: World, fault: Fault): Promise<boolean> =>
  fault.kind === "boundary" ? strikeBoundary(world, fault) : loose[fault.kind](world, fault).then(() => true);
