import type { Status } from "../data/types.ts";

/** Release, and where machines find the same numbers. */
export const Footer = ({ status }: { readonly status: Status | undefined }) => (
  <footer class="foot">
    <span>
      ca3 {status?.version ?? ""} {status && status.commit !== "source" ? status.commit : ""}
    </span>
    <span>All times are UTC.</span>
    <nav aria-label="For machines">
      <a href="/openapi.json">API</a>
      <a href="/metrics">Metrics</a>
      <a href="/ready">Readiness</a>
    </nav>
  </footer>
);
