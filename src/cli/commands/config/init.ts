import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ca3Error } from "../../../support/errors.ts";
import { command } from "../../command.ts";
import { configFileName } from "../../config-file.ts";
import { configArg } from "../../shared-args.ts";

export default command({
  args: {
    config: configArg,
    stdout: { type: "boolean", description: "Print the file instead of writing it" },
  },
  examples: [
    ["ca3 config init", "write ca3.yaml into this folder"],
    ["ca3 config init --stdout | less", "see every setting without writing anything"],
  ],
  details: "An existing file is never overwritten.",
  async run({ args, given, env, cwd, io }) {
    const { configTemplate } = await import("../../config/template.ts");
    const { settingsRegistry } = await import("../../settings-registry.ts");
    const text = configTemplate(settingsRegistry);
    if (args.stdout) {
      io.out(text.trimEnd());
      return 0;
    }
    const { name } = configFileName({ given, env, cwd });
    try {
      writeFileSync(resolve(cwd, name), text, { flag: "wx" });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST")
        throw new Ca3Error("CA3_FILE", `${name} exists already and is left as it is`, {
          hint: "ca3 config check, or choose another name with --config",
        });
      throw new Ca3Error("CA3_FILE", `cannot write ${name}: ${code ?? error}`, { cause: error });
    }
    io.note(`wrote ${name}; change it, then run: ca3 config check`);
    return 0;
  },
});
