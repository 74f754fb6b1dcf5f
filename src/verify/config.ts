import { duration } from "../support/setting-types.ts";
import type { Settings } from "../support/settings.ts";

/** How checks are run. */
export const checkSettings = {
  deadlineMs: {
    path: "doctor.timeout",
    env: ["CA3_DOCTOR_TIMEOUT"],
    flag: "timeout",
    doc: "How long each thing that is tried may take; all are tried side by side",
    type: duration,
    default: 30_000,
  },
} as const satisfies Settings;
