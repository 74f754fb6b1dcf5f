import type { Exit } from "../../support/exec-guard.ts";

/** Why nvidia-smi cannot be read; also the label `reason` of `producer_scrape_errors_total`. */
export type SmiFailureReason =
  | "not_installed"
  | "not_nvidia_smi"
  | "driver_not_running"
  | "driver_mismatch"
  | "no_permission"
  | "no_gpu"
  | "gpu_lost"
  | "bad_field"
  | "stalled"
  | "slow_start"
  | "unreadable"
  | "exited";

export type SmiFailure = {
  readonly reason: SmiFailureReason;
  /** One sentence, with what nvidia-smi itself said. */
  readonly message: string;
  /** What usually fixes it. */
  readonly hint?: string;
};

const CONTAINER_HINT =
  "in a container, start it with the NVIDIA runtime (docker run --gpus all, or runtimeClassName: nvidia)";

/**
 * What exit codes and messages mean. Codes: section RETURN VALUE of the manual page of nvidia-smi. Messages come first,
 * because several failures share code 255.
 */
const KNOWN: readonly {
  readonly text?: RegExp;
  readonly code?: number;
  readonly reason: SmiFailureReason;
  readonly what: string;
  readonly hint?: string;
}[] = [
  {
    text: /couldn't communicate with the NVIDIA driver|driver is not loaded/i,
    code: 9,
    reason: "driver_not_running",
    what: "the NVIDIA driver does not run",
    hint: "load it with modprobe nvidia, or install the driver for this kernel and start again",
  },
  {
    text: /version mismatch/i,
    code: 18,
    reason: "driver_mismatch",
    what: "the NVIDIA driver and its library are of different releases",
    hint: "restart the machine after a driver update, or reload the kernel module",
  },
  {
    text: /insufficient permissions|permission denied/i,
    code: 4,
    reason: "no_permission",
    what: "this user may not talk to the GPU",
    hint: "give it access to /dev/nvidia* (often the groups video and render), or look at SELinux",
  },
  {
    text: /No devices were found/i,
    code: 6,
    reason: "no_gpu",
    what: "the driver runs, but finds no GPU",
    hint: `look at nvidia-smi -L and dmesg; ${CONTAINER_HINT}`,
  },
  {
    text: /GPU is lost|fallen off the bus/i,
    code: 15,
    reason: "gpu_lost",
    what: "a GPU is lost",
    hint: "restart the machine to get it back",
  },
  { text: /is not a valid field to query/i, reason: "bad_field", what: "a field is not known to it" },
  {
    text: /NVML: (Unknown Error|Driver Not Loaded)|couldn't find libnvidia-ml|NVML: .*not found/i,
    code: 12,
    reason: "driver_not_running",
    what: "the NVIDIA library cannot reach the driver",
    hint: CONTAINER_HINT,
  },
];

/** Names the way in which nvidia-smi ended, from its end and from what it printed besides readings. */
export function explainExit(exit: Exit, printed: string): SmiFailure {
  const said = lastWords(printed);
  const quoted = said === "" ? "" : `: ${said}`;
  const known =
    KNOWN.find(({ text }) => text?.test(printed)) ??
    KNOWN.find(({ code }) => code !== undefined && code === exit.code);
  if (known) {
    const { reason, what, hint } = known;
    return { reason, message: `${what}${quoted}`, ...(hint === undefined ? {} : { hint }) };
  }
  const how = exit.signal === undefined ? `with code ${exit.code}` : `by ${exit.signal}`;
  return { reason: "exited", message: `nvidia-smi ended ${how}${quoted}` };
}

/** The field that a message refuses, such as `clocks.sm`. */
export const refusedField = (printed: string): string | undefined =>
  /Field "([^"]+)" is not a valid field to query/.exec(printed)?.[1];

const MOST_WORDS = 300;

function lastWords(printed: string): string {
  const text = printed.replace(/\s+/g, " ").trim();
  return text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS)}…` : text;
}

/** What to do when there is no such program. */
export const INSTALL_HINT = `install the NVIDIA driver, name the program with --smi-path, or, ${CONTAINER_HINT}`;
