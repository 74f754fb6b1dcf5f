import { errorsPage } from "./errors.ts";
import { eventsPage } from "./events.ts";
import { metricsPage } from "./metrics.ts";

/** Every generated page, by its path. */
export async function referencePages(): Promise<Readonly<Record<string, string>>> {
  return {
    "docs/reference/errors.md": errorsPage(),
    "docs/reference/events.md": eventsPage(),
    "docs/reference/metrics.md": metricsPage(),
  };
}
