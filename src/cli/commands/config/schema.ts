import { command } from "../../command.ts";

export default command({
  args: {},
  examples: [
    ["ca3 config schema > ca3.schema.json", "save it for an editor"],
    ["ca3 config schema | jq .properties.server", "look at one section"],
  ],
  details:
    "Editors with the YAML language server use it when ca3.yaml starts with the line\n# yaml-language-server: " +
    "$schema=ca3.schema.json",
  async run({ io }) {
    const { configSchema } = await import("../../config/json-schema.ts");
    const { settingsRegistry } = await import("../../settings-registry.ts");
    io.out(JSON.stringify(configSchema(settingsRegistry), null, 2));
    return 0;
  },
});
