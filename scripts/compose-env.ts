/**
 * Writes `compose.env`: passwords made up for this machine, for compose.yaml, and the settings with which ca3 reaches
 * what runs there. A file that is there is left alone, because servers keep the passwords they were first started with.
 *
 *   bun scripts/compose-env.ts [FILE]
 */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";

const file = process.argv[2] ?? "compose.env";
const [kafkaPort, mongoPort] = [
  process.env.KAFKA_HOST_PORT ?? "9092",
  process.env.MONGO_HOST_PORT ?? "27017",
];
const password = () => randomBytes(24).toString("hex");
const text = `# Made by npm run compose:env for this machine alone; keep it to yourself.
# docker compose --env-file ${file} up --detach --wait
# set -a; . ./${file}; set +a; ca3 up
KAFKA_HOST_PORT=${kafkaPort}
MONGO_HOST_PORT=${mongoPort}
KAFKA_BOOTSTRAP=127.0.0.1:${kafkaPort}
CA3_KAFKA_SASL=plain
CA3_KAFKA_USERNAME=ca3
CA3_KAFKA_PASSWORD=${password()}
MONGO_URL=mongodb://127.0.0.1:${mongoPort}/ca3
CA3_MONGO_USERNAME=ca3
CA3_MONGO_PASSWORD=${password()}
MONGO_ROOT_PASSWORD=${password()}
`;

try {
  writeFileSync(file, text, { flag: "wx", mode: 0o600 });
  process.stderr.write(`wrote ${file}\nnext: docker compose --env-file ${file} up --detach --wait\n`);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  process.stderr.write(`${file} is there already and stays as it is\n`);
}
