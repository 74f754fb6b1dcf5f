import { duration, text } from "../support/setting-types.ts";
import type { Settings } from "../support/settings.ts";

/** How nvidia-smi is run. */
export const smiSettings = {
  smiPath: {
    path: "producer.smi.path",
    env: ["CA3_SMI_PATH"],
    flag: "smi-path",
    hint: "FILE",
    doc: "The nvidia-smi to run: a command or a path",
    type: text,
    default: "nvidia-smi",
  },
  smiPollMs: {
    path: "producer.smi.poll",
    env: ["CA3_SMI_POLL"],
    flag: "smi-poll",
    doc: "Interval between two readings of nvidia-smi, at least 50ms; an event averages the readings of a sample interval, which cannot be shorter",
    type: duration,
    default: 1_000,
  },
  smiTimeoutMs: {
    path: "producer.smi.timeout",
    env: ["CA3_SMI_TIMEOUT"],
    flag: "smi-timeout",
    doc: "How long nvidia-smi may take to answer or to print its first reading",
    type: duration,
    default: 30_000,
  },
} as const satisfies Settings;
