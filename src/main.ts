import { runProgram } from "./cli/program.ts";

await runProgram({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  on: (event, listener) => void process.on(event, listener),
  onBug: (listener) => {
    process.on("uncaughtException", listener);
    process.on("unhandledRejection", listener);
  },
  exit: (code) => process.exit(code),
});
