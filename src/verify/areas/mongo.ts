import type { MongoProbe } from "../../store/mongo-probe.ts";
import { notNamed, type Probe, type ProbesOf, type Subject } from "../subject.ts";
import { knownLogins, loginsFinding, nobodyToRefuse } from "./known-logins.ts";

/** MongoDB itself: there, durable, prepared, and closed to strangers. */
export function mongoProbes({ mongo, clock }: Subject): ProbesOf<"mongo"> {
  const onMongo = (probe: (found: MongoProbe) => ReturnType<Probe>): Probe =>
    mongo === undefined
      ? async () => notNamed("MongoDB", "add --mongo URL, or set MONGO_URL")
      : async () => probe(await mongo());
  return {
    "mongo.reachable": onMongo((found) => found.ping().then(() => undefined)),
    "mongo.majority-write": onMongo(async (found) => {
      const startMs = clock.now();
      await found.writeByMajority();
      return { summary: `acknowledged in ${clock.now() - startMs} ms` };
    }),
    "mongo.indexes": onMongo(async (found) => ({
      problems: (await found.missingIndexes()).map((name) => ({
        severity: "fail",
        message: `there is no index ${name}`,
        hint: "start a processor on this database: it makes what is missing",
      })),
    })),
    "mongo.anonymous-refused": onMongo(async ({ refusesAnonymous }) => {
      if (refusesAnonymous === undefined) return nobodyToRefuse;
      if (await refusesAnonymous()) return undefined;
      const hint = "start MongoDB with access control (security.authorization: enabled)";
      const message = "events can be read without user and password";
      return { problems: [{ severity: "fail", message, want: "a refusal", hint }] };
    }),
    "mongo.default-logins": onMongo(async ({ letsIn }) =>
      letsIn === undefined ? nobodyToRefuse : await loginsFinding("MongoDB", knownLogins.mongo, letsIn),
    ),
  };
}
