import { runProgram } from "../../src/cli/program.ts";
import { sampleCatalogue } from "./sample-catalogue.ts";

/** The program of `src/main.ts` with the sample commands in place of the real ones. */
await runProgram(
  {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    on: (event, listener) => void process.on(event, listener),
    onBug: (listener) => {
      process.on("uncaughtException", listener);
      process.on("unhandledRejection", listener);
    },
    exit: (code) => process.exit(code),
  },
  sampleCatalogue,
);
