import { readyz, unitOf } from "../remote/k3s-service.ts";
import { keepState, restartService } from "../remote/upgrade.ts";
import type { Machine, Waiting } from "./machine.ts";
import type { UpgradeMachine } from "./upgrade.ts";
import { putBinary } from "./uploads.ts";

const BACK_WITHIN_MS = 3 * 60_000;

/** What an upgrade does on a machine, over SSH. */
export const upgradeMachine = (machine: Machine, waiting: Waiting = () => {}): UpgradeMachine => ({
  keepState: async (release) => void (await machine.text(keepState(release))),
  putBinary: () => putBinary(machine, waiting),
  async restart(role) {
    const unit = unitOf(role === "control" ? "server" : "agent");
    await machine.text(restartService(unit));
    if (role === "control")
      await machine.until(readyz(), BACK_WITHIN_MS, waiting, `${machine.name}: the API is not back yet`);
  },
});
