import { Ca3Error } from "../support/errors.ts";
import { type Catalogue, findCommand } from "./catalogue.ts";
import type { Context } from "./command.ts";
import { commands } from "./commands.ts";
import { explain, failureJson, failureText } from "./failure.ts";
import type { Io } from "./io.ts";
import { parseCommand } from "./parse.ts";
import { readPreferences, withPreferences } from "./preferences.ts";
import { acceptedArgs } from "./setting-args.ts";
import { splitUniversal } from "./universal.ts";

export type Around = Pick<Context, "env" | "cwd" | "interrupted" | "withoutJit">;

/** Runs one command line and answers with the exit code. Never exits by itself and never throws. */
export async function runCli(
  argv: readonly string[],
  io: Io,
  around: Around,
  catalogue: Catalogue = commands,
): Promise<number> {
  const preferences = readPreferences(argv, around.env);
  const shown = withPreferences(io, preferences);
  try {
    return await dispatch(argv, shown, { ...around, catalogue });
  } catch (error) {
    const failure = explain(error, around.interrupted.aborted);
    const { debug } = preferences;
    io.status("");
    const text = failureText(failure, { color: shown.noteColor, debug });
    io.note(preferences.json ? failureJson(failure, debug) : text);
    return failure.exitCode;
  }
}

type World = Around & { readonly catalogue: Catalogue };

async function dispatch(argv: readonly string[], io: Io, { catalogue, ...around }: World): Promise<number> {
  const { words, wantsHelp } = splitUniversal(argv);
  const page = { color: io.outColor, columns: io.columns };
  if (words.length === 0) {
    const { rootPage } = await import("./help/root.ts");
    io.out(rootPage(catalogue, page));
    return 0;
  }
  const found = findCommand(catalogue, words);
  if (found.kind === "branch") {
    const lists = found.entry.listsVerbs === true && found.words.length === 0;
    if (!wantsHelp && !lists) throw verbMissing(found.name, Object.keys(found.entry.verbs));
    const { branchPage } = await import("./help/root.ts");
    io.out(branchPage(found.name, found.entry, page));
    return 0;
  }
  const module = (await found.entry.load()).default;
  const help = async () => {
    const { commandPage } = await import("./help/command.ts");
    io.out(commandPage(found.name, found.entry.summary, module, page));
    return 0;
  };
  if (wantsHelp) return await help();
  const rest = module.rest !== undefined;
  const parsed = await parseCommand(found.name, found.words, acceptedArgs(module), { rest });
  if (parsed.given["help"]) return await help();
  return await module.run({ ...parsed, io, ...around });
}

const verbMissing = (name: string, verbs: readonly string[]) =>
  new Ca3Error("CA3_USAGE", `${name} needs one of ${verbs.join(", ")}`, { hint: `${name} --help` });
