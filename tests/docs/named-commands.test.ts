import { expect, test } from "bun:test";
import { findCommand } from "../../src/cli/catalogue.ts";
import { commands } from "../../src/cli/commands.ts";
import { completionModel } from "../../src/cli/completion/model.ts";
import { documents } from "./documents.ts";

const model = await completionModel(commands);

/** What is wrong with a command that a document names; nothing when it can be typed like this. */
function wrongWith(command: string): string | undefined {
  const words = command.split(/\s+/).slice(1);
  const end = words.indexOf("--");
  const own = end === -1 ? words : words.slice(0, end);
  if (own.length === 0 || own[0]!.startsWith("-")) return undefined;
  try {
    const { name } = findCommand(commands, own);
    const known = model.commands.find((one) => `ca3 ${one.name}` === name || one.name === name);
    const spellings = new Set(known?.flags.flatMap((flag) => flag.spellings));
    const strange = own.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split("=")[0]!);
    const unknown = strange.filter((flag) => !spellings.has(flag));
    return unknown.length === 0 ? undefined : `no ${unknown.join(", ")}`;
  } catch (error) {
    return (error as Error).message;
  }
}

test("every command that a text names exists, and has the flags that it names", async () => {
  const wrong: string[] = [];
  let seen = 0;
  // A decision may quote a mistake.
  for (const file of documents.filter((path) => !path.startsWith("docs/adr/"))) {
    const text = await Bun.file(file).text();
    const named = [...text.matchAll(/`(ca3 [^`\n…]+)`/g), ...text.matchAll(/^(?:\$ )?(ca3 [^#\n…|]+)/gm)];
    for (const [, command] of named) {
      seen += 1;
      const why = wrongWith(command!.trim());
      if (why !== undefined) wrong.push(`${file}: ${command!.trim()}: ${why}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(100);
});
