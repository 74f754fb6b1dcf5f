import { version } from "../../../package.json";
import { command } from "../command.ts";
import { outputArg } from "../shared-args.ts";

declare const CA3_BUILD_COMMIT: string | undefined;

/** Set when the executable is built; source code has no commit of its own. */
const commit = typeof CA3_BUILD_COMMIT === "string" ? CA3_BUILD_COMMIT : null;

export default command({
  args: { output: outputArg("text", "json") },
  examples: [
    ["ca3 --version", "the version, for people"],
    ["ca3 version --output json", "with build and platform, for a bug report"],
  ],
  async run({ args, io }) {
    const { platform, arch } = process;
    const facts = { version: 1, ca3: version, commit, bun: Bun.version, platform, arch };
    io.out(args.output === "json" ? JSON.stringify(facts) : `ca3 ${version}`);
    return 0;
  },
});
