import { Ca3Error } from "../../../support/errors.ts";
import { command } from "../../command.ts";
import { configProblems, unreadVariables } from "../../config/check.ts";
import { type Problem, problemText } from "../../config/tree.ts";
import { configFileName, loadConfigFile } from "../../config-file.ts";
import { settingsRegistry } from "../../settings-registry.ts";
import { configArg, outputArg } from "../../shared-args.ts";

export default command({
  args: { config: configArg, output: outputArg("text", "json") },
  examples: [
    ["ca3 config check", "check ca3.yaml in this folder and the environment"],
    ["ca3 config check --config prod.yaml --output json", "for a pipeline: every problem with its line"],
  ],
  exitCodes: { 0: "nothing is wrong", 2: "at least one setting is wrong" },
  async run({ args, given, env, cwd, io }) {
    const around = { given, env, cwd };
    const file = await loadConfigFile(around);
    const problems = configProblems(settingsRegistry, around, file);
    const warnings = unreadVariables(settingsRegistry, env);
    const { name } = configFileName(around);
    if (args.output === "json") {
      const found = file ? name : null;
      const ok = problems.length === 0;
      io.out(JSON.stringify({ version: 1, ok, file: found, problems: problems.map(row), warnings }));
      return ok ? 0 : 2;
    }
    for (const warning of warnings) io.note(`warning: ${warning}`);
    if (problems.length > 0)
      throw new Ca3Error("CA3_CONFIG", problems.map(problemText).join("\n"), {
        hint: "ca3 config init --stdout",
      });
    io.out(file ? `${name} is correct` : `there is no ${name}; defaults apply`);
    return 0;
  },
});

const row = ({ where, position, setting, message }: Problem) => ({
  where,
  line: position?.line ?? null,
  column: position?.column ?? null,
  setting: setting === "" ? null : setting,
  message,
});
