/** Which of several clusters of one name; hardly ever needed. */
export const uidArg = {
  type: "string",
  valueHint: "UID",
  description: "Which cluster, when there are two of that name",
} as const;

/** How long to wait for another run on the same cluster. */
export const lockWaitArg = {
  type: "string",
  valueHint: "TIME",
  default: "0s",
  description: "Wait so long for another ca3 that changes the cluster",
} as const;

/** How a run tells what it does. */
export const progressArg = {
  type: "enum",
  options: ["text", "ndjson"],
  default: "text",
  valueHint: "FORMAT",
  description: "How to tell what is done; ndjson is one JSON object a line",
} as const;
