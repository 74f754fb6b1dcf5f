import { deploySettings } from "../../k8s/config.ts";
import { parts } from "../../k8s/phases.ts";
import { command } from "../command.ts";
import { configArg, outputArg } from "../shared-args.ts";

export default command({
  args: {
    config: configArg,
    output: outputArg("yaml", "json"),
    part: {
      ...{ type: "positional", required: false, multiple: true, options: parts, valueHint: "PART" },
      description: "Only these parts: platform, app, monitoring",
    },
  },
  settings: deploySettings,
  examples: [
    ["ca3 render", "every object of ca3.yaml, as YAML"],
    ["ca3 render app --profile small", "processor and producers of the smallest profile"],
    ["ca3 render --output json | jq '.items[].metadata.name'", "the same as one List, for a program"],
  ],
  details:
    "Needs no cluster. Objects come in the order in which ca3 deploy applies them, and the same settings " +
    "always print the same. Generated Secrets are not included, only their names: they are created in the " +
    "cluster.",
  async run(context) {
    const { args, io } = context;
    const [{ deployWish }, { planDeploy }, documents] = await Promise.all([
      import("../deploy/wish.ts"),
      import("../../k8s/manifests/plan-deploy.ts"),
      import("../../k8s/render/documents.ts"),
    ]);
    const stages = documents.stagesOf(planDeploy(await deployWish(context)), args.part ?? []);
    if (args.output === "json")
      io.out(JSON.stringify({ apiVersion: "v1", kind: "List", items: documents.objectsOf(stages) }, null, 2));
    else io.out((await import("../../k8s/render/yaml.ts")).toYaml(stages).trimEnd());
    const generated = documents.generatedOf(stages);
    if (generated.length > 0)
      io.note(
        `ca3 deploy also creates ${generated.length} Secrets: ${generated.map(documents.describeGenerated).join(", ")}`,
      );
    return 0;
  },
});
