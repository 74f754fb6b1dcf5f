import { findCommand } from "../catalogue.ts";
import { command } from "../command.ts";
import { commands } from "../commands.ts";
import { commandPage } from "../help/command.ts";
import { branchPage, rootPage } from "../help/root.ts";
import { topicItems } from "../help/topic-list.ts";
import { topics } from "../help/topics.ts";

export default command({
  args: {
    words: {
      type: "positional",
      multiple: true,
      required: false,
      valueHint: "COMMAND|TOPIC",
      description: "A command, such as `config check`, or a topic",
    },
  },
  examples: [
    ["ca3 help config check", "explain a command"],
    ["ca3 help errors CA3_CONFIG", "explain an error code"],
  ],
  details: `Topics: ${topicItems.map(([name]) => name).join(", ")}.`,
  async run({ args, io }) {
    const options = { color: io.outColor, columns: io.columns };
    const [first, ...more] = args.words;
    if (first === undefined) io.out(rootPage(commands, options));
    else if (Object.hasOwn(topics, first)) io.out(await topics[first]!(more, options));
    else io.out(await pageOf(args.words, options));
    return 0;
  },
});

async function pageOf(
  words: readonly string[],
  options: { color: boolean; columns: number },
): Promise<string> {
  const named = { ...commands, ...Object.fromEntries(topicItems.map(([name]) => [name, topicEntry])) };
  const found = findCommand(named, words, (name) => `ca3 help ${name}`);
  if (found.kind === "branch") return branchPage(found.name, found.entry, options);
  return commandPage(found.name, found.entry.summary, (await found.entry.load()).default, options);
}

/** Only so that a misspelt topic is suggested like a misspelt command. */
const topicEntry = {
  group: "Help",
  summary: "",
  load: () => Promise.reject(new Error("a topic is not a command")),
} as const;
