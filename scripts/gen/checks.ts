import { areaOf, checkIds, factsOf } from "../../src/verify/facts.ts";
import { page } from "./markdown.ts";

/** `docs/reference/checks.md`: what each check of `ca3 verify` looks at, and why it fails. */
export function checksPage(): string {
  const areas = [...new Set(checkIds.map(areaOf))];
  return page(
    "Checks",
    "What `ca3 verify` looks at. `ca3 verify explain ID` prints the same.",
    ...areas.flatMap((area) => [
      `## ${area}`,
      ...checkIds.filter((id) => areaOf(id) === area).flatMap(section),
    ]),
  );
}

function section(id: (typeof checkIds)[number]): string[] {
  const { title, looks, causes, next, needs = [], onRequest } = factsOf(id);
  return [
    `### ${id}`,
    `${title}. ${looks}`,
    ["Why it fails, most likely first:", "", ...causes.map((one) => `- ${one}`)].join("\n"),
    `Next: ${next.map((one) => `\`${one}\``).join(", ")}.`,
    ...(needs.length === 0 ? [] : [`Needs ${needs.map((one) => `\`${one}\``).join(", ")}.`]),
    ...(onRequest ? [`Takes minutes, so it runs only on request: \`ca3 verify --only ${id}\`.`] : []),
  ];
}
