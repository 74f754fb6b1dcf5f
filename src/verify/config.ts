import { duration, text } from "../support/setting-types.ts";
import type { Settings } from "../support/settings.ts";

/** How checks are run. */
export const checkSettings = {
  deadlineMs: {
    path: "doctor.timeout",
    env: ["CA3_DOCTOR_TIMEOUT"],
    flag: "timeout",
    doc: "Deadline for each test; all run in parallel",
    type: duration,
    default: 30_000,
  },
} as const satisfies Settings;

/** What `ca3 verify` looks at, and what it holds for well. */
export const verifySettings = {
  apiUrl: {
    path: "verify.api",
    env: ["CA3_API_URL"],
    flag: "api",
    hint: "URL",
    doc: "Address of the API to verify, of ca3 up or ca3 processor",
    type: text,
    optional: true,
  },
  maxLagMs: {
    path: "verify.maxLag",
    env: ["CA3_VERIFY_MAX_LAG"],
    doc: "How old the oldest record not yet stored may be",
    type: duration,
    default: 60_000,
  },
  burstMs: {
    path: "verify.burst",
    env: ["CA3_VERIFY_BURST"],
    doc: "How long scale.processor may send before more processors must be ready, on top of the autoscaler's scale-up window",
    type: duration,
    default: 300_000,
  },
  settleMs: {
    path: "verify.settle",
    env: ["CA3_VERIFY_SETTLE"],
    doc: "How long it may then take to process everything, and to scale in again on top of the autoscaler's scale-down window and steps",
    type: duration,
    default: 300_000,
  },
} as const satisfies Settings;
