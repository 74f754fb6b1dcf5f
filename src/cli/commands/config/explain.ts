import { Ca3Error } from "../../../support/errors.ts";
import { command } from "../../command.ts";
import { configProblems, type Explained, explainSettings } from "../../config/check.ts";
import { problemText } from "../../config/tree.ts";
import { loadConfigFile } from "../../config-file.ts";
import { renderTable } from "../../render/table.ts";
import { printValue, valueInFile } from "../../setting-args.ts";
import { settingsRegistry } from "../../settings-registry.ts";
import { configArg, outputArg } from "../../shared-args.ts";

export default command({
  args: { config: configArg, output: outputArg("text", "json") },
  examples: [
    ["ca3 config explain", "every setting, its value and where it came from"],
    ["ca3 config explain --output json", "the same for a script"],
  ],
  details: "Secrets are shown as [redacted]. A wrong value is shown as its default and reported as an error.",
  async run({ args, given, env, cwd, io }) {
    const around = { given, env, cwd };
    const file = await loadConfigFile(around);
    const settings = explainSettings(settingsRegistry, around, file);
    if (args.output === "json") {
      io.out(JSON.stringify({ version: 1, file: file?.name ?? null, settings: settings.map(row) }));
    } else {
      const rows = settings.map((one) => [one.setting.path, shown(one), one.origin]);
      const columns = [{ title: "SETTING" }, { title: "VALUE" }, { title: "FROM" }];
      io.out(renderTable(columns, rows, { color: io.outColor }));
    }
    const problems = configProblems(settingsRegistry, around, file);
    if (problems.length > 0)
      throw new Ca3Error("CA3_CONFIG", problems.map(problemText).join("\n"), { hint: "ca3 config check" });
    return 0;
  },
});

const shown = ({ setting, value }: Explained): string => printValue(setting, value) || "–";

const row = ({ setting, value, source, origin }: Explained) => ({
  setting: setting.path,
  value: valueInFile(setting, value),
  source,
  origin,
});
