import type { ArgsDef } from "../command.ts";

/** How `dlq replay` and `dlq drop` are told which dead letters. */
export const selectionArgs = {
  ids: {
    type: "positional",
    valueHint: "ID",
    required: false,
    multiple: true,
    description: "Dead letters, as ca3 dlq list shows them",
  },
  all: { type: "boolean", description: "All open dead letters" },
  reason: {
    type: "string",
    valueHint: "REASON",
    description: "All open dead letters rejected for this reason",
  },
} as const satisfies ArgsDef;
