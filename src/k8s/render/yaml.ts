import { stringify } from "yaml";
import type { Stage } from "../phases.ts";
import { describeGenerated } from "./documents.ts";

/** Objects as YAML documents. Each phase has a heading, which names the Secrets that are not among its objects. */
export function toYaml(stages: readonly Stage[]): string {
  return stages
    .flatMap(({ part, phase, objects, generated = [] }) => {
      const heading = [
        `# ${part}: ${phase}`,
        ...generated.map((secret) => `# ca3 deploy creates the Secret ${describeGenerated(secret)}`),
      ].join("\n");
      const [first, ...rest] = objects.map(documentOf);
      return [`${heading}\n${first ?? ""}`, ...rest];
    })
    .map((text) => `---\n${text}`)
    .join("");
}

/** No aliases, which Kubernetes does not read, and long lines as they are. */
const documentOf = (object: unknown): string =>
  stringify(object, { aliasDuplicateObjects: false, lineWidth: 0, version: "1.1" });
