/** A program to be killed: writes both streams from the given offset on until it dies, and says how far it is. */
import { openEmbeddedStore } from "../../../src/store/embedded.ts";
import { ORIGINS, process as processBatch } from "./stream.ts";

const [path = "", start = "0", batch = "40"] = process.argv.slice(2);
const store = openEmbeddedStore(path);
for (let from = Number(start); ; from += Number(batch)) {
  for (const origin of ORIGINS) await processBatch(store, origin, from, from + Number(batch));
  process.stdout.write(`${from + Number(batch)}\n`);
}
