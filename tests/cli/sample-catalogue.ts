import type { Catalogue } from "../../src/cli/catalogue.ts";
import { type CommandModule, type Context, command } from "../../src/cli/command.ts";
import { outputArg } from "../../src/cli/shared-args.ts";
import { Ca3Error } from "../../src/support/errors.ts";
import { duration, whole } from "../../src/support/setting-types.ts";

const settings = {
  rate: {
    path: "feed.rate",
    env: ["RATE", "CA3_RATE"],
    flag: "rate",
    doc: "Events per second",
    type: whole(1, 1_000_000),
    default: 200,
  },
  patience: {
    path: "feed.patience",
    env: ["CA3_PATIENCE"],
    doc: "How long to wait for an answer before giving up on it and going on with the next one",
    type: duration,
    default: 90_000,
  },
} as const;

const show = command({
  args: {
    topic: { type: "positional", description: "Topic to look at" },
    ids: { type: "positional", multiple: true, required: false, valueHint: "ID", description: "Only these" },
    since: { type: "string", required: true, valueHint: "TIME", description: "How far back" },
    team: { type: "string", alias: "t", multiple: true, description: "Only this team" },
    output: {
      type: "enum",
      options: ["text", "json"],
      default: "text",
      valueHint: "FORMAT",
      description: "Format",
    },
  },
  settings,
  examples: [
    ["ca3 show gpu.metrics.v1 --since 1h", "everything of the last hour"],
    ["ca3 show token.usage.v1 a b --since 1d -t search", "two events of one team"],
  ],
  environment: [["CA3_SHOW_STYLE", "How to show it"]],
  exitCodes: { 3: "there was nothing to show" },
  details: "Times are UTC.",
  async run(context) {
    context.io.out(JSON.stringify({ ...context.args, given: context.given }));
    return 3;
  },
});

type Act = (context: Context) => Promise<number>;
const act = (run: Act, more: Partial<CommandModule> = {}): { default: CommandModule } => ({
  default: { args: {}, examples: [], ...more, run },
});
const leaf = (summary: string, module: ReturnType<typeof act>) =>
  ({ group: "Look", summary, load: async () => module }) as const;

/** Commands that do one thing each, for tests of what surrounds commands. */
export const sampleCatalogue: Catalogue = {
  show: { group: "Look", summary: "Show some events", load: async () => ({ default: show }) },
  pets: {
    group: "Run",
    summary: "Feed the animals",
    verbs: { cat: { summary: "Feed the cat", load: async () => act(async () => 0) } },
  },
  exec: leaf(
    "Run a program",
    act(
      async ({ io, rest }) => {
        io.out(rest.join("|"));
        return 0;
      },
      { rest: "PROGRAM" },
    ),
  ),
  bug: leaf(
    "Hit a bug",
    act(async () => JSON.parse("{")),
  ),
  late: leaf(
    "Hit a bug later",
    act(
      () => {
        setTimeout(() => {
          throw new RangeError("too late");
        }, 1);
        return new Promise(() => {});
      },
      { args: { output: outputArg("text", "json") } },
    ),
  ),
  outage: leaf(
    "Fail in two lines",
    act(async () => {
      throw new Ca3Error("CA3_STORE_UNAVAILABLE", "first\nsecond", {
        hint: "wait",
        cause: new Error("locked"),
      });
    }),
  ),
  wait: leaf(
    "Wait to be interrupted",
    act(async ({ io, interrupted }) => {
      io.note("waiting");
      await new Promise((resolve) => interrupted.addEventListener("abort", resolve));
      throw new DOMException("stopped", "AbortError");
    }),
  ),
  stubborn: leaf(
    "Wait whatever happens",
    act(async ({ io }) => {
      io.note("waiting");
      return await new Promise(() => setInterval(() => {}, 1000));
    }),
  ),
  flood: leaf(
    "Print two megabytes",
    act(async ({ io }) => {
      io.out("x".repeat(2_000_000));
      return 0;
    }),
  ),
  stream: leaf(
    "Print until nobody reads",
    act(async ({ io, interrupted }) => {
      while (!interrupted.aborted) {
        io.out("line");
        await Bun.sleep(1);
      }
      return 130;
    }),
  ),
  chat: leaf(
    "Say and ask something",
    act(async ({ io }) => {
      io.note("a note");
      io.status("a status");
      return (await io.confirm("Go on?")) ? 0 : 1;
    }),
  ),
};
