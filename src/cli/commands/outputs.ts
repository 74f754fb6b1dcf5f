import { placeSettings } from "../../provision/config.ts";
import { Ca3Error } from "../../support/errors.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { uidArg } from "../provision/args.ts";
import { configArg, outputArg } from "../shared-args.ts";

export default command({
  args: { config: configArg, uid: uidArg, output: outputArg("text", "json", "env") },
  settings: placeSettings,
  examples: [
    ["ca3 outputs", "the machines of the cluster with their addresses"],
    ['eval "$(ca3 outputs --output env)" && echo $CA3_CONTROL_PLANE_PUBLIC_IP', "for a shell"],
    ["ca3 outputs --output json | jq -r .vpc_id", "for a program"],
  ],
  details: "Everything is read from AWS; nothing is stored on this machine.",
  async run(context) {
    const { args, io } = context;
    const settings = await configured(placeSettings, context);
    const [{ openCloudFor }, { checkAccount }, { onlyCluster }, outputs, { renderTable }] = await Promise.all(
      [
        import("../provision/open.ts"),
        import("../../provision/survey.ts"),
        import("../../provision/plan/plan.ts"),
        import("../../provision/outputs.ts"),
        import("../render/table.ts"),
      ],
    );
    const cloud = await openCloudFor(settings);
    try {
      const identity = await checkAccount(cloud, settings);
      const seen = onlyCluster(settings.name, await cloud.observe(settings.name), args.uid);
      if (seen.vpcs.length === 0 && seen.nodes.length === 0)
        throw new Ca3Error("CA3_NOT_FOUND", `there is no cluster ${settings.name} in ${settings.region}`, {
          hint: "ca3 orphans lists what exists; ca3 provision creates it",
        });
      const found = outputs.outputsOf(settings.name, settings.region, identity, seen);
      if (args.output === "json") io.out(JSON.stringify(found, null, 2));
      else if (args.output === "env") io.out(outputs.asEnvironment(found));
      else {
        const columns = ["NODE", "STATE", "TYPE", "PUBLIC", "PRIVATE", "ID"].map((title) => ({ title }));
        const rows = found.nodes.map((one) => [
          one.name,
          one.state,
          one.type,
          one.publicIp,
          one.privateIp,
          one.id,
        ]);
        io.out(renderTable(columns, rows, { color: io.outColor }));
        io.note(
          `VPC ${found.vpc_id} (${found.vpc_cidr_block}) in ${found.chosen_az}, account ${found.account_id}`,
        );
      }
      return 0;
    } finally {
      cloud.close();
    }
  },
});
