import { expect, test } from "bun:test";
import { join } from "node:path";
import { stringify } from "yaml";
import { command } from "../../services/cache.ts";
import { withService } from "../../services/require.ts";
import { inFolder } from "../folder.ts";
import { burnTests } from "./burn-tests.ts";
import { groups } from "./queries.ts";

const promtool = async () => {
  await command(["promtool", "--version"]);
};

await withService("promtool", promtool, () => {
  test("promtool accepts every rule", async () => {
    await inFolder({ "rules.yaml": stringify({ groups }) }, async (folder) => {
      expect(await command(["promtool", "check", "rules", join(folder, "rules.yaml")])).toContain("SUCCESS");
    });
  });

  test("alerts fire when they should, and stay silent when not", async () => {
    // Prometheus evaluates groups side by side; here an alert sees what was recorded at its own time.
    const order = { group_eval_order: groups.map(({ name }) => name) };
    const files = {
      "rules.yaml": stringify({ groups }),
      "tests.yaml": stringify({ ...burnTests, ...order }),
    };
    await inFolder(files, async (folder) => {
      expect(await command(["promtool", "test", "rules", join(folder, "tests.yaml")])).toContain("SUCCESS");
    });
  });
});
