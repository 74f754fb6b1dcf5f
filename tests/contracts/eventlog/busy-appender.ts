/** Appends `<name>0` and on, ten records per call, all with the key `<name>`: `bun busy-appender.ts <path> <name> <calls>`. */
import { openEmbeddedLog } from "../../../src/eventlog/embedded.ts";
import { bytesOf } from "./rig.ts";

const [path = "", name = "", calls = "1"] = process.argv.slice(2);
const log = openEmbeddedLog(path);
await log.ensureTopics([{ name: "t", partitions: 3 }]);
for (let call = 0; call < Number(calls); call += 1)
  await log.append(
    Array.from({ length: 10 }, (_, i) => ({
      topic: "t",
      key: name,
      value: bytesOf(`${name}${call * 10 + i}`),
    })),
  );
await log.close();
