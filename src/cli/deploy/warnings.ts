import type { KubeClient } from "../../k8s/client/client.ts";
import { printable } from "../../support/format.ts";
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
