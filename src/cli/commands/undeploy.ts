import { clusterSettings } from "../../k8s/client/config.ts";
import { parts } from "../../k8s/phases.ts";
import { Ca3Error } from "../../support/errors.ts";
import { agree } from "../agree.ts";
import { command } from "../command.ts";
import { clusterExitCodes, lockArgs, partArg } from "../deploy/args.ts";
import { configArg, yesArg } from "../shared-args.ts";

export default command({
  args: {
    config: configArg,
    yes: yesArg,
    data: {
      type: "boolean",
      description: "Also delete volumes, Secrets and namespaces: all data is lost",
    },
    confirm: {
      type: "string",
      valueHint: "CONTEXT",
      description: "With --data in a script: name the context here instead of typing it",
    },
    ...lockArgs,
    part: partArg,
  },
  settings: clusterSettings,
  examples: [
    ["ca3 undeploy", "remove everything that ca3 deploy created, except data"],
    ["ca3 undeploy app --yes", "remove processor and producers, without asking"],
    ["ca3 undeploy --data", "delete volumes and Secrets too, after you type the name of the context"],
  ],
  details:
    "Finds what ca3 deploy created by its label, and removes it in reverse order. Volumes, Secrets and " +
    "namespaces stay and are listed; ca3 deploy uses them again. With --data they are deleted too, and the " +
    "namespaces with everything in them.",
  exitCodes: { ...clusterExitCodes, 8: "not confirmed" },
  async run(context) {
    const { args, io, interrupted: signal } = context;
    const only = args.part ?? [];
    if (args.data && only.length > 0)
      throw new Ca3Error("CA3_USAGE", "--data applies to all parts at once", { hint: "ca3 undeploy --data" });
    const [
      { openCluster },
      { lookForUndeployment, undeploy },
      { describeRef, refOf },
      { underLock },
      { helmOnPath },
    ] = await Promise.all([
      import("../deploy/cluster.ts"),
      import("../../k8s/undeploy.ts"),
      import("../../k8s/object.ts"),
      import("../deploy/locked.ts"),
      import("../deploy/helm.ts"),
    ]);
    const client = await openCluster(context);
    const wanted = only.length === 0 ? parts : only;
    io.status("looking at the cluster");
    const found = await lookForUndeployment(client, wanted, signal);
    io.status("");
    const { removes, stays, releases } = found;
    const stay = () => stays.map(({ ref, why }) => `stays: ${describeRef(ref)} (${why})`).join("\n");
    if (removes.length + releases.length === 0 && !(args.data && stays.length > 0)) {
      io.out(`cluster ${client.cluster} has nothing of ca3 to remove`);
      if (stays.length > 0) io.note(`${stay()}\nnext: ca3 undeploy --data removes it`);
      return 0;
    }
    for (const { namespace, name } of releases) io.note(`to be removed: Helm release ${namespace}/${name}`);
    for (const one of removes) io.note(`to be removed: ${describeRef(refOf(one))}`);
    if (args.data) for (const { ref } of stays) io.note(`to be removed, with its data: ${describeRef(ref)}`);
    else if (stays.length > 0) io.note(stay());
    const { name } = client.http.connection.context;
    if (args.data) await typed(name);
    else if (!args.yes) {
      const question = `Remove ${removes.length + releases.length} objects from cluster ${client.cluster}?`;
      await agree(io, question, "ca3 undeploy --yes");
    }
    const helm = releases.length === 0 ? undefined : await helmOnPath(context);
    let count = 0;
    await underLock(client, { breakIt: args["break-lock"], signal }, (stop) =>
      undeploy(client, found, {
        ...{ parts: wanted, data: args.data, signal: stop, helm },
        onRemoved: (ref) => {
          count++;
          io.status(`removed ${describeRef(ref)}`);
        },
      }),
    );
    io.status("");
    io.out(`removed ${count} objects from cluster ${client.cluster}`);
    return 0;

    async function typed(context: string): Promise<void> {
      if (args.confirm === context) return;
      if (args.confirm !== undefined || !io.interactive)
        throw new Ca3Error(
          "CA3_UNCONFIRMED",
          "--data destroys data, so the name of the context has to be typed",
          {
            hint: `ca3 undeploy --data --confirm ${context}`,
          },
        );
      const answer = await io.ask(
        `All data will be lost. Type the name of the context, ${context}, to continue: `,
      );
      if (answer.trim() !== context)
        throw new Ca3Error(
          "CA3_UNCONFIRMED",
          `${answer.trim() || "nothing"} is not ${context}; nothing was removed`,
        );
    }
  },
});
