import { errorCodes } from "../../src/support/error-codes.ts";
import { page } from "./markdown.ts";

/** `docs/reference/errors.md`: what each code means and what usually fixes it. */
export function errorsPage(): string {
  const sections = Object.entries(errorCodes).map(([code, facts]) =>
    [
      `## ${code}`,
      facts.meaning,
      facts.fix,
      `Exit code ${facts.exit}.${facts.outage ? " The call is retried until it succeeds; no data is lost." : ""}`,
    ].join("\n\n"),
  );
  return page(
    "Errors",
    "Every error message says what is wrong, what to try, and its code, which is explained here.",
    ...sections,
  );
}
