import { awsClusterSettings, placeSettings } from "../../provision/config.ts";
import { Ca3Error } from "../../support/errors.ts";
import { command } from "../command.ts";
import { configured } from "../configured.ts";
import { lockWaitArg, progressArg, uidArg } from "../provision/args.ts";
import { configArg, yesArg } from "../shared-args.ts";

const settings = { ...placeSettings, protect: awsClusterSettings.protect };

export default command({
  args: {
    config: configArg,
    uid: uidArg,
    yes: yesArg,
    "lock-wait": lockWaitArg,
    output: progressArg,
  },
  settings,
  examples: [
    ["ca3 destroy", "list what exists, ask for the name of the cluster, and delete everything"],
    ["ca3 destroy --yes --cluster ca3", "for a script, which must name the cluster"],
    ["ca3 destroy --cluster old --region eu-west-1", "a cluster that no ca3.yaml describes any more"],
  ],
  details:
    "Finds everything by its tags, so it needs no local files. Deletes parts in the order of their " +
    "dependencies, then asks AWS whether anything is left. A protected cluster is never deleted; no flag " +
    "overrides that.",
  exitCodes: {
    5: "something is left; it is named",
    7: "another ca3 is working on it",
    8: "protected, or not confirmed",
  },
  async run(context) {
    const { args, given, io, interrupted, env } = context;
    const wanted = await configured(settings, context);
    const [{ openCloudFor }, { checkAccount }, run, destroy, { withLock }, render] = await Promise.all([
      import("../provision/open.ts"),
      import("../../provision/survey.ts"),
      import("../provision/run.ts"),
      import("../../provision/run/destroy.ts"),
      import("../../provision/run/lock.ts"),
      import("../render/cluster-things.ts"),
    ]);
    const { systemClock } = await import("../../support/clock.ts");
    const { name: cluster, region } = wanted;
    const output = args.output as "text" | "ndjson";
    const cloud = await openCloudFor(wanted);
    const again = `ca3 destroy --cluster ${cluster}`;
    const parts = { cloud, io, cluster, uid: args.uid, output, signal: interrupted, command: again, env };
    const { site, steps, log } = run.openRun(parts);
    try {
      await checkAccount(cloud, wanted);
      await site.refresh();
      destroy.refuseProtected(site, wanted.protect);
      const things = await cloud.tagged(cluster);
      if (things.length === 0) {
        io.note(`there is nothing of ${cluster} in ${region}`);
        return 0;
      }
      io.note(render.thingsTable(things, systemClock.now(), io.noteColor));
      io.note(`to be deleted: ${render.billText(things)}`);
      if (args.yes) {
        if (given["cluster"] !== cluster)
          throw new Ca3Error("CA3_UNCONFIRMED", "--yes needs the name of the cluster on the command line", {
            hint: `ca3 destroy --yes --cluster ${cluster}`,
          });
      } else {
        if (!io.interactive)
          throw new Ca3Error("CA3_UNCONFIRMED", "there is no terminal to ask on", {
            hint: `ca3 destroy --yes --cluster ${cluster}`,
          });
        if ((await io.ask(`Type ${cluster} to delete all of this: `)).trim() !== cluster)
          throw new Ca3Error("CA3_UNCONFIRMED", "that is not the name of the cluster; nothing was deleted");
      }
      const lock = run.lockOptions("ca3 destroy", args["lock-wait"], context);
      await run.toItsEnd(parts, log, async () => {
        const work = () => destroy.destroyAll(site, steps);
        const vpc = site.seen.vpcs[0];
        await (vpc ? withLock(site, vpc.id, lock, work) : work());
        await destroy.destroyVpc(site, steps);
        await steps.run("proof", "Nothing is left", (waiting) => destroy.proveGone(site, waiting));
      });
      io.note(`${cluster} is gone: nothing in ${region} carries its tags`);
      return 0;
    } finally {
      cloud.close();
    }
  },
});
