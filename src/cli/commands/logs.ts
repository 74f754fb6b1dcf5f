import { clusterSettings } from "../../k8s/client/config.ts";
import { deploySettings } from "../../k8s/config.ts";
import type { SourcedLine } from "../../k8s/pod-logs.ts";
import { Ca3Error } from "../../support/errors.ts";
import { command } from "../command.ts";
import { clusterExitCodes } from "../deploy/args.ts";
import { durationFlag } from "../flag-value.ts";
import { configArg } from "../shared-args.ts";

const { platformNamespace, appNamespace, monitoringNamespace, loggingNamespace } = deploySettings;
const namespaceSettings = { platformNamespace, appNamespace, monitoringNamespace, loggingNamespace };

export default command({
  args: {
    config: configArg,
    follow: { type: "boolean", alias: "f", description: "Keep printing new lines" },
    since: { type: "string", valueHint: "TIME", description: "How far back, such as 10m or 2h" },
    grep: { type: "string", valueHint: "REGEX", description: "Print only lines that match" },
    tail: {
      type: "string",
      valueHint: "LINES",
      default: "500",
      description: "Print at most this many lines per container",
    },
    timestamps: { type: "boolean", description: "Print the time of each line" },
    pod: {
      type: "positional",
      required: false,
      multiple: true,
      valueHint: "NAME",
      description: "Prefix of pod names, such as processor or kafka-0",
    },
  },
  settings: { ...clusterSettings, ...namespaceSettings },
  examples: [
    ["ca3 logs processor --since 10m", "the last ten minutes of all processors, in order of time"],
    ["ca3 logs --follow --grep 'level.:.error'", "errors of all pods, as they happen"],
    ["ca3 logs kafka mongo --tail 20", "the last lines of both"],
  ],
  exitCodes: clusterExitCodes,
  async run(context) {
    const { args, io, interrupted: signal } = context;
    const pattern = regex(args.grep);
    const sinceMs =
      args.since === undefined ? undefined : durationFlag("--since", args.since, "ca3 logs --since 10m");
    const tail = Number(args.tail);
    if (!Number.isInteger(tail) || tail < 1)
      throw new Ca3Error("CA3_USAGE", `--tail: expected a number of lines, got ${args.tail}`);
    const [{ openCluster }, { configured }, logs, { printable }] = await Promise.all([
      import("../deploy/cluster.ts"),
      import("../configured.ts"),
      import("../../k8s/pod-logs.ts"),
      import("../../support/format.ts"),
    ]);
    const namespaces = [...new Set(Object.values(await configured(namespaceSettings, context)))];
    const client = await openCluster(context);
    const names = args.pod ?? [];
    const sources = await logs.logSources(client, namespaces, names, signal);
    if (sources.length === 0)
      throw new Ca3Error(
        "CA3_NOT_FOUND",
        `cluster ${client.cluster} has no container${names.length > 0 ? ` of a pod named ${names.join(" or ")}` : ""} that has started, in ${namespaces.join(", ")}`,
        { hint: "ca3 status" },
      );
    const print = (line: SourcedLine) => {
      if (pattern !== undefined && !pattern.test(line.text)) return;
      const { pod, container } = line.source;
      const time = args.timestamps ? `${line.time} ` : "";
      io.out(`${time}${pod}/${container} ${printable(line.text)}`);
    };
    const options = { tail, signal, ...(sinceMs === undefined ? {} : { sinceMs }) };
    if (args.follow) await logs.followAll(client, sources, { ...options, onLine: print });
    else for await (const line of logs.mergedLogs(client, sources, options)) print(line);
    return signal.aborted ? 130 : 0;
  },
});

function regex(text: string | undefined): RegExp | undefined {
  try {
    return text === undefined ? undefined : new RegExp(text);
  } catch (error) {
    throw new Ca3Error("CA3_USAGE", `--grep: ${(error as Error).message}`);
  }
}
