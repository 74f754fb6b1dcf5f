import { errorCodes } from "../../src/support/error-codes.ts";
import { page } from "./markdown.ts";

/** `docs/reference/errors.md`: what each code means and what usually fixes it. */
export function errorsPage(): string {
  const sections = Object.entries(errorCodes).map(([code, facts]) =>
    [
      `## ${code}`,
      facts.meaning,
      facts.fix,
      `Exit code ${facts.exit}.${facts.outage ? " The call is repeated by itself until it succeeds; no data is lost." : ""}`,
    ].join("\n\n"),
  );
  return page(
    "Errors",
    "Each error prints what is wrong, what to try and where it is explained.",
    ...sections,
  );
}
