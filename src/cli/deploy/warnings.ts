import type { KubeClient } from "../../k8s/client/client.ts";
import { printable } from "../../support/format.ts";
import { runChecks } from "../../verify/check.ts";
import { preflightChecks } from "../../verify/checks.ts";
import type { Io } from "../io.ts";

/** Shows what the API server warned about since the last call, each once. */
export function warningNotes(io: Pick<Io, "note">): (client: KubeClient) => void {
  const shown = new Set<string>();
  return ({ http }) => {
    for (const warning of http.warnings)
      if (!shown.has(warning)) {
        shown.add(warning);
        io.note(`warning: the API server says: ${printable(warning)}`);
      }
  };
}

/** Runs the checks that come before a deployment, and shows what is not as it should be; nothing of it forbids one. */
export async function warnBefore(
  client: KubeClient,
  io: Pick<Io, "note">,
  signal: AbortSignal,
): Promise<void> {
  const results = await runChecks(preflightChecks(client), { clock: client.clock, signal });
  for (const { id, problems } of results)
    for (const { message, hint } of problems)
      io.note(`warning: ${id}: ${printable(message)}${hint === undefined ? "" : `; ${printable(hint)}`}`);
}
