/**
 * Appends records that must be there once, and says `a <id>,…` when a call was acknowledged, until it is killed:
 * `bun once-child.ts <brokers> <topic> <name> <ids>`. Ids come from a small range, so that processes meet.
 */
import { openQuick } from "../open.ts";

const [brokers = "", topic = "", name = "", ids = "100"] = process.argv.slice(2);
const log = await openQuick(brokers);
for (;;) {
  const chosen = Array.from({ length: 5 }, () => String(Math.floor(Math.random() * Number(ids))));
  const value = new TextEncoder().encode(name);
  await log.append(chosen.map((onceId) => ({ topic, key: null, value, onceId, headers: { id: onceId } })));
  process.stdout.write(`a ${chosen.join()}\n`);
}
