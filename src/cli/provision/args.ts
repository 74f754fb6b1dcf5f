/** Which of several clusters of one name; hardly ever needed. */
export const uidArg = {
  type: "string",
  valueHint: "UID",
  description: "Which cluster, if there are two of that name",
} as const;

/** How long to wait for another run on the same cluster. */
export const lockWaitArg = {
  type: "string",
  valueHint: "TIME",
  default: "0s",
  description: "How long to wait for another ca3 that is changing the cluster",
} as const;

/** How a run tells what it does. */
export const progressArg = {
  type: "enum",
  options: ["text", "ndjson"],
  default: "text",
  valueHint: "FORMAT",
  description: "Progress format; ndjson is one JSON object per line",
} as const;
