import { Ca3Error } from "../../../support/errors.ts";
import type { Knock } from "../../../support/knock.ts";
import { checkSettings } from "../../../verify/config.ts";
import { command } from "../../command.ts";
import { configured } from "../../configured.ts";
import { configArg, outputArg } from "../../shared-args.ts";

const words: Readonly<Record<Exclude<Knock, "open">, string>> = {
  refused: "nothing listens there, or a firewall refuses it",
  silent: "nobody answers: a firewall or a NetworkPolicy may drop it, or the host is down",
  "no-name": "the name is not known here",
  "no-way": "there is no route to that network",
};

export default command({
  args: {
    config: configArg,
    output: outputArg("text", "json"),
    address: {
      ...{ type: "positional", multiple: true, valueHint: "HOST:PORT" },
      description: "What to connect to",
    },
  },
  settings: checkSettings,
  examples: [
    ["ca3 doctor network broker:9092 db:27017", "which of them this machine can reach"],
    [
      "ca3 doctor network api.example.com:443 --timeout 2s --output json",
      "for a script, in two seconds at most",
    ],
  ],
  details:
    "Opens a TCP connection to all of them at once and closes it again; sends nothing. To run it in a pod of " +
    "ca3, use kubectl exec with /usr/local/bin/ca3: the image contains no other program.",
  exitCodes: { 3: "an address cannot be reached" },
  async run(context) {
    const { args, io, interrupted: signal } = context;
    const addresses = args.address.map(addressOf);
    const { deadlineMs } = await configured(checkSettings, context);
    const [{ runChecks }, { checksJson, checksText }, { knock }, { systemClock: clock }] = await Promise.all([
      import("../../../verify/check.ts"),
      import("../../render/checks.ts"),
      import("../../../support/knock.ts"),
      import("../../../support/clock.ts"),
    ]);
    io.status(`connecting to ${args.address.join(", ")}`);
    const results = await runChecks(
      addresses.map(({ name, host, port }) => ({
        ...{ id: name, title: name, severity: "fail" as const, deadlineMs: deadlineMs + SLACK_MS },
        probe: async (stop: AbortSignal) => {
          const data = { answer: await knock(host, port, deadlineMs, stop) };
          if (data.answer === "open") return { data };
          return { data, problems: [{ severity: "fail" as const, message: words[data.answer] }] };
        },
      })),
      { clock, signal },
    );
    io.status("");
    if (args.output === "json") io.out(checksJson(results));
    else io.out(checksText("network", results, { color: io.outColor }));
    if (signal.aborted) return 130;
    return results.every(({ outcome }) => outcome === "pass") ? 0 : 3;
  },
});

/** The knock says itself that it was in vain. */
const SLACK_MS = 1_000;

function addressOf(name: string): { name: string; host: string; port: number } {
  const [, host, digits] = /^\[?([^\s/]+?)\]?:(\d{1,5})$/.exec(name) ?? [];
  const port = Number(digits);
  if (host !== undefined && port > 0 && port < 65_536) return { name, host, port };
  throw new Ca3Error("CA3_USAGE", `${name} is not an address: expected HOST:PORT`, {
    hint: "ca3 doctor network --help",
  });
}
