import { parts } from "../../k8s/phases.ts";

/** Which parts of a deployment are meant. */
export const partArg = {
  type: "positional",
  required: false,
  multiple: true,
  options: parts,
  valueHint: "PART",
  description: "Only these parts: platform, app, monitoring",
} as const;

/** What may be taken from others. */
export const takingArgs = {
  force: { type: "boolean", description: "Take over fields that belong to somebody else" },
  adopt: {
    type: "boolean",
    description: "Take over existing objects of the same name that somebody else created",
  },
} as const;

/** Of the commands that change a deployment: one at a time. */
export const lockArgs = {
  "break-lock": {
    type: "boolean",
    description: "Take the lock from a dead ca3 that was changing this deployment",
  },
} as const;

export const clusterExitCodes = {
  4: "The cluster refuses the credentials, or does not grant a right",
} as const;
