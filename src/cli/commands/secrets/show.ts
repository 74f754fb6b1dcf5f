import { clusterSettings } from "../../../k8s/client/config.ts";
import { Ca3Error } from "../../../support/errors.ts";
import { command } from "../../command.ts";
import { clusterExitCodes } from "../../deploy/args.ts";
import { configArg, outputArg } from "../../shared-args.ts";

export default command({
  args: {
    config: configArg,
    output: outputArg("text", "json"),
    reveal: {
      ...{ type: "string", valueHint: "NAME" },
      description: "Print the values of this one Secret, such as grafana-admin",
    },
  },
  settings: clusterSettings,
  examples: [
    ["ca3 secrets show", "names, keys and ages; no values"],
    ["ca3 secrets show --reveal grafana-admin", "user and password of Grafana"],
  ],
  details: "Values are printed for one Secret at a time, and only when you name it.",
  exitCodes: clusterExitCodes,
  async run(context) {
    const { args, io, interrupted: signal } = context;
    const [{ wantedSecretsOf }, { openCluster }, { renderTable }, { at, textAt }] = await Promise.all([
      import("../../deploy/secrets.ts"),
      import("../../deploy/cluster.ts"),
      import("../../render/table.ts"),
      import("../../../k8s/live-object.ts"),
    ]);
    const wanted = await wantedSecretsOf(context);
    if (args.reveal !== undefined && !wanted.some(({ name }) => name === args.reveal))
      throw new Ca3Error("CA3_NOT_FOUND", `there is no generated Secret ${args.reveal}`, {
        hint: "ca3 secrets show",
      });
    const client = await openCluster(context);
    const found = await Promise.all(
      wanted.map(async (secret) => ({
        secret,
        live: await client.get({ apiVersion: "v1", kind: "Secret", ...placeOf(secret) }, signal),
      })),
    );
    if (args.reveal !== undefined) {
      const { secret, live } = found.find((one) => one.secret.name === args.reveal)!;
      if (live === undefined)
        throw new Ca3Error("CA3_NOT_FOUND", `Secret ${secret.namespace}/${secret.name} does not exist yet`, {
          hint: "ca3 deploy",
        });
      const values = Object.keys(secret.values).map((key): [string, string] => [
        key,
        Buffer.from(textAt(live, "data", key) ?? "", "base64").toString(),
      ]);
      if (args.output === "json") io.out(JSON.stringify({ version: 1, values: Object.fromEntries(values) }));
      else for (const [key, value] of values) io.out(`${key}: ${value}`);
      return 0;
    }
    const rows = found.map(({ secret, live }) => {
      const made = live && String(at(live, "metadata", "creationTimestamp") ?? "");
      return {
        ...placeOf(secret),
        keys: Object.keys(secret.values),
        made: made ?? null,
        usedBy: secret.usedBy,
      };
    });
    if (args.output === "json") io.out(JSON.stringify({ version: 1, secrets: rows }));
    else
      io.out(
        renderTable(
          [{ title: "SECRET" }, { title: "KEYS" }, { title: "CREATED" }, { title: "USED BY" }],
          rows.map((row) => [
            `${row.namespace}/${row.name}`,
            row.keys.join(", "),
            row.made ?? "not yet",
            row.usedBy.join(", "),
          ]),
          { color: io.outColor },
        ),
      );
    return 0;
  },
});

const placeOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }) => ({
  namespace,
  name,
});
