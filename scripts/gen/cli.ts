import { leaves } from "../../src/cli/catalogue.ts";
import { commands } from "../../src/cli/commands.ts";
import { commandPage } from "../../src/cli/help/command.ts";
import { page, table } from "./markdown.ts";

/** `docs/reference/cli.md`: every command with the page that `--help` shows. */
export async function cliPage(): Promise<string> {
  const overview = [...leaves(commands)].map(([name, leaf]) => [`\`${name}\``, leaf.summary]);
  const sections: string[] = [];
  for (const [name, leaf] of leaves(commands)) {
    const { default: module } = await leaf.load();
    const help = commandPage(name, leaf.summary, module, { color: false, columns: 80 });
    sections.push(`## ${name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\``);
  }
  return page("Commands", table(["Command", "Does"], overview), ...sections);
}
