import { type Branch, type Catalogue, groups } from "../catalogue.ts";
import { universalArgs } from "../shared-args.ts";
import { flagItems } from "./flags.ts";
import { type Item, type PageOptions, renderPage } from "./page.ts";
import { topicItems } from "./topic-list.ts";

const firstSteps: readonly (readonly [command: string, line: string, meaning: string])[] = [
  ["up", "ca3 up", "run the whole pipeline on this machine"],
  ["report", "ca3 report --by model", "what the tokens of each model cost"],
  ["config", "ca3 config init", "write a settings file to start from"],
  ["help", "ca3 help config check", "explain a command"],
];

/** The page of `ca3` and `ca3 help`; drawn from the table alone. */
export function rootPage(catalogue: Catalogue, options: PageOptions): string {
  const examples = firstSteps.filter(([name]) => Object.hasOwn(catalogue, name));
  const sections = groups.map((group) => ({
    title: group,
    items: Object.entries(catalogue)
      .filter(([, entry]) => entry.group === group)
      .map(([name, { summary }]): Item => [name, summary]),
  }));
  return renderPage(
    ["ca3 shows what LLM tokens cost on your GPUs, live.", "", "Usage: ca3 <command> [flags]"],
    [
      { title: "Examples", items: examples.map(([, line, meaning]): Item => [`$ ${line}`, meaning]) },
      ...sections,
      { title: "Topics (ca3 help <topic>)", items: topicItems },
      {
        title: "Flags of every command",
        items: [...flagItems(universalArgs), ["--version", "Print the version"]],
      },
    ],
    options,
  );
}

/** The page of a noun: its verbs. */
export function branchPage(name: string, branch: Branch, options: PageOptions): string {
  const verbs = Object.entries(branch.verbs).map(([verb, { summary }]): Item => [verb, summary]);
  return renderPage(
    [branch.summary, "", `Usage: ${name} <command> [flags]`],
    [
      { title: "Commands", items: verbs },
      { title: "More", text: `${name} <command> --help` },
    ],
    options,
  );
}
