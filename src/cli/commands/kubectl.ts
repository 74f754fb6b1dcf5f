import { clusterSettings } from "../../k8s/client/config.ts";
import { Ca3Error } from "../../support/errors.ts";
import { command } from "../command.ts";
import { configArg } from "../shared-args.ts";

export default command({
  args: { config: configArg },
  settings: clusterSettings,
  rest: "KUBECTL-ARGS",
  examples: [
    ["ca3 kubectl -- get pods --all-namespaces", "kubectl, on the cluster that ca3 works with"],
    ["ca3 kubectl --context production -- get nodes", "the same in another one"],
  ],
  details:
    "Needs kubectl on PATH; nothing else in ca3 does. kubectl gets no input, so `kubectl exec -it` does not " +
    "work here.",
  exitCodes: { 1: "kubectl failed" },
  async run({ rest, io, interrupted: signal, cwd, ...around }) {
    const [{ configured }, { startProgram }] = await Promise.all([
      import("../configured.ts"),
      import("../../support/exec.ts"),
    ]);
    const { kubeconfig, context } = await configured(clusterSettings, { cwd, ...around });
    if (rest.length === 0)
      throw new Ca3Error("CA3_USAGE", "there is no kubectl command to run", {
        hint: "ca3 kubectl -- get pods",
      });
    const program = startProgram(
      ["kubectl", ...(context === undefined ? [] : ["--context", context]), ...rest],
      {
        ...{ cwd, signal },
        ...(kubeconfig === undefined ? {} : { env: { KUBECONFIG: kubeconfig } }),
      },
    );
    for await (const line of program.lines) io.out(line);
    const { code } = await program.exited;
    if (signal.aborted) return 130;
    if (code === 127)
      throw new Ca3Error("CA3_NOT_FOUND", "kubectl is not installed", {
        hint: "ca3 status and ca3 logs do not need it",
      });
    if (program.stderr() !== "") io.note(program.stderr().trimEnd());
    return code ?? 1;
  },
});
