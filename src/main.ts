import { runProgram } from "./cli/program.ts";

/** Only the executable is a program of its own; its words are all its own, too. */
const { execve, execPath, argv0, argv } = process;
const isExecutable = Bun.main.includes("/$bunfs/");

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
  again:
    isExecutable && execve !== undefined
      ? (more) => execve(execPath, [argv0, ...argv.slice(2)], { ...process.env, ...more })
      : undefined,
});
