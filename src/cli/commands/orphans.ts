import { placeSettings } from "../../provision/config.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { configArg, outputArg } from "../shared-args.ts";

const { name: _name, ...settings } = placeSettings;

export default command({
  args: { config: configArg, output: outputArg("text", "json") },
  settings,
  examples: [
    ["ca3 orphans", "everything in the region that carries a tag of ca3, with age and price"],
    ["ca3 orphans --region eu-west-1 --output json", "for a script, in another region"],
  ],
  details:
    "Covers all clusters of the account in one region. ca3 destroy --cluster NAME removes one of them.",
  async run(context) {
    const { args, io } = context;
    const { account, profile, region } = await configured(settings, context);
    const [{ openCloudFor }, { checkAccount }, render, { systemClock }] = await Promise.all([
      import("../provision/open.ts"),
      import("../../provision/survey.ts"),
      import("../render/cluster-things.ts"),
      import("../../support/clock.ts"),
    ]);
    const place = { account, profile, region, name: "" };
    const cloud = await openCloudFor(place);
    try {
      await checkAccount(cloud, place);
      const things = await cloud.tagged();
      const priced = things.map((one) => ({ ...one, hourlyUsd: render.hourlyOf(one) }));
      if (args.output === "json") io.out(JSON.stringify({ schemaVersion: 1, region, things: priced }));
      else if (things.length === 0) io.note(`nothing of ca3 is in ${region}`);
      else {
        io.out(render.thingsTable(things, systemClock.now(), io.outColor));
        io.note(render.billText(things));
      }
      return 0;
    } finally {
      cloud.close();
    }
  },
});
