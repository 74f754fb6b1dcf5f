import { checksPage } from "./checks.ts";
import { cliPage } from "./cli.ts";
import { environmentPage } from "./environment.ts";
import { errorsPage } from "./errors.ts";
import { eventsPage } from "./events.ts";
import { metricsPage } from "./metrics.ts";

/** Every generated page, by its path. */
export async function referencePages(): Promise<Readonly<Record<string, string>>> {
  return {
    "docs/reference/checks.md": checksPage(),
    "docs/reference/cli.md": await cliPage(),
    "docs/reference/environment.md": environmentPage(),
    "docs/reference/errors.md": errorsPage(),
    "docs/reference/events.md": eventsPage(),
    "docs/reference/metrics.md": metricsPage(),
  };
}
