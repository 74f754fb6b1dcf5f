/** Type check, lint and formatter check; every problem of all three is shown before it fails. */
const bin = (name: string) => `node_modules/.bin/${name}`;
const steps: readonly (readonly [title: string, words: string[]])[] = [
  ["types", [bin("tsc"), "-p", "."]],
  ["lint and format", [bin("biome"), "check", "."]],
];
let failed = false;
for (const [title, words] of steps) {
  const { success } = Bun.spawnSync(words, { stdio: ["ignore", "inherit", "inherit"] });
  process.stderr.write(`${success ? "ok  " : "FAIL"} ${title}\n`);
  failed ||= !success;
}
process.exit(failed ? 1 : 0);
