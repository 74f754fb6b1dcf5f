import { eventLogContract } from "../contracts/eventlog.ts";
import { telemetryStoreContract } from "../contracts/store.ts";
import { memoryLog } from "./memory-log.ts";
import { insertingWith, memoryStore } from "./memory-store.ts";

/** The fakes that fault tests rely on keep the promises of the ports, as any adapter does. */
telemetryStoreContract("the store in memory", () => insertingWith(memoryStore()), {
  insertsWith: true,
  skips: {
    "one event that can never be stored holds rollups and newest events back": "it can store anything",
    "what comes along is stored with its events or not at all": "its numbers are those of the language",
    "bytes at hand are stored in place of serialising again": "it keeps the object",
    "events that can never be stored are named, and the others of the batch are stored":
      "it can store anything",
    "a sum that leaves the range of 64-bit integers is refused as a bug, and nothing of the call is lost":
      "its numbers are those of the language",
    "a sum that is no whole number is refused as a bug": "its numbers are those of the language",
    "ten-second rollups go after six hours, minute ones after 45 days, hour ones stay; a past that nothing follows stays":
      "it keeps all rollups",
    "a closed store says so, and closing twice is fine": "there is nothing to close",
  },
});

eventLogContract(
  "the log in memory",
  () => {
    const log = memoryLog();
    return { connect: () => log, remove: () => {} };
  },
  {
    skips: {
      "a group has one consumer per partition across connections, and outlives each of them":
        "it has one connection",
      "retention deletes what is old; offsets go on, and a group that was behind goes on at the oldest kept":
        "it keeps everything",
      "close ends the consumers with their commits, twice if asked, and later calls are outages":
        "it is gone with its variable",
    },
  },
);
