import { command } from "../command.ts";
import { commands } from "../commands.ts";

export default command({
  args: {
    shell: {
      type: "positional",
      options: ["bash", "zsh", "fish"],
      valueHint: "SHELL",
      description: "bash, zsh or fish",
    },
  },
  examples: [
    ["source <(ca3 completion bash)", "put this in ~/.bashrc; for zsh in ~/.zshrc, after compinit"],
    ["ca3 completion fish > ~/.config/fish/completions/ca3.fish", "once, for fish"],
  ],
  async run({ args, io }) {
    const { completionModel } = await import("../completion/model.ts");
    const model = await completionModel(commands);
    io.out((await writers[args.shell]())(model));
    return 0;
  },
});

const writers = {
  bash: async () => (await import("../completion/bash.ts")).bashCompletion,
  zsh: async () => (await import("../completion/zsh.ts")).zshCompletion,
  fish: async () => (await import("../completion/fish.ts")).fishCompletion,
};
