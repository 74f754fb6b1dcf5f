import type { CheckFacts } from "../facts.ts";

/** Checks of what can be asked with an address alone: Kafka, MongoDB, the API. */
export const outsideFacts = {
  "kafka.reachable": {
    title: "Kafka answers and lets us in",
    looks: "Connects to the brokers, signs in, and asks for the cluster's metadata.",
    causes: [
      "wrong address, or nothing listens there",
      "wrong user, password or CA",
      "the brokers advertise a name that cannot be resolved here",
    ],
    next: ["ca3 config explain", "ca3 topics describe"],
    deadlineMs: 15_000,
  },
  "kafka.topics": {
    title: "The topics exist with the configured partitions and retention",
    looks: "Compares the topics of events and dead letters with the settings.",
    causes: ["the topics were never created", "the settings were changed since"],
    next: ["ca3 topics create", "ca3 topics describe"],
    needs: ["kafka.reachable"],
  },
  "kafka.replicas": {
    title: "Every partition has its copies in sync",
    looks:
      "Compares the copies that are up to date with those there should be (kafka.replication), and with how many a write needs.",
    causes: [
      "a broker is down or catching up",
      "a disk is full",
      "the topic was made when there were fewer brokers",
      "kafka.minInSync is more than there are brokers",
    ],
    next: ["ca3 topics describe", "ca3 status"],
    needs: ["kafka.topics"],
  },
  "kafka.round-trip": {
    title: "A record that is sent comes back",
    looks:
      "Appends a record to the topic ca3.verify, which nothing else reads, and reads it as a group of its own.",
    causes: [
      "too few copies in sync for a write",
      "no right to create or write the topic",
      "no group coordinator",
    ],
    next: ["ca3 topics describe"],
    needs: ["kafka.reachable"],
    deadlineMs: 30_000,
  },
  "kafka.lag": {
    title: "Processors keep up",
    looks:
      "Compares the age of the oldest record that the processors' group has not stored with verify.maxLag.",
    causes: ["no processor runs", "the store is slow or away", "more events than the replicas can store"],
    next: ["ca3 topics describe", "ca3 status"],
    needs: ["kafka.topics"],
  },
  "kafka.anonymous-refused": {
    title: "Kafka lets nobody in without a password",
    looks:
      "Connects without user and password and asks for the cluster's metadata; skipped when no user is set.",
    causes: ["a listener without SASL is reachable from here", "the brokers were configured by hand"],
    next: ["ca3 config explain"],
    needs: ["kafka.reachable"],
    deadlineMs: 20_000,
  },
  "kafka.default-logins": {
    title: "Kafka refuses well-known users and passwords",
    looks:
      "Tries to sign in with users and passwords from examples and images, and with user names as passwords; skipped when no user is set.",
    causes: ["a user of an example was never removed", "a password was set by hand"],
    next: ["ca3 secrets rotate --help"],
    needs: ["kafka.reachable"],
    deadlineMs: 20_000,
  },
  "mongo.reachable": {
    title: "MongoDB answers and lets us in",
    looks: "Connects, signs in and pings the database.",
    causes: [
      "wrong address, or nothing listens there",
      "wrong user or password",
      "the replica set has no primary",
    ],
    next: ["ca3 config explain"],
    deadlineMs: 15_000,
  },
  "mongo.majority-write": {
    title: "A write is acknowledged by a majority",
    looks: "Replaces one document of its own in the collection ca3_verify, journalled and by a majority.",
    causes: ["the user may only read", "members of the replica set are down", "the disk is full"],
    next: ["ca3 bootstrap mongo --help"],
    needs: ["mongo.reachable"],
    deadlineMs: 20_000,
  },
  "mongo.indexes": {
    title: "The indexes of a processor exist",
    looks: "Compares the indexes of the collections with those that a processor makes when it starts.",
    causes: [
      "no processor has ever run on this database",
      "somebody has dropped an index",
      "this is another database",
    ],
    next: ["ca3 processor --help"],
    needs: ["mongo.reachable"],
  },
  "mongo.anonymous-refused": {
    title: "MongoDB lets nobody read without a password",
    looks: "Connects without user and password and tries to read events; skipped when no user is set.",
    causes: ["the server runs without access control"],
    next: ["ca3 bootstrap mongo --help"],
    needs: ["mongo.reachable"],
    deadlineMs: 15_000,
  },
  "mongo.default-logins": {
    title: "MongoDB refuses well-known users and passwords",
    looks:
      "Tries to sign in with users and passwords from examples and images, and with user names as passwords; skipped when no user is set.",
    causes: ["a user of an example was never removed", "a password was set by hand"],
    next: ["ca3 secrets rotate --help"],
    needs: ["mongo.reachable"],
    deadlineMs: 20_000,
  },
  "processor.health": {
    title: "The API answers",
    looks: "GET /health.",
    causes: ["nothing runs at this address", "a firewall or a wrong port"],
    next: ["ca3 up", "ca3 status"],
  },
  "processor.ready": {
    title: "The processor can do its work",
    looks: "GET /ready; names each condition that is not met.",
    causes: ["log or store does not answer", "the service is starting or stopping"],
    next: ["ca3 status"],
    needs: ["processor.health"],
  },
  "processor.metrics": {
    title: "The metrics behind the objectives are exported",
    looks: "GET /metrics, parses every line and looks for the metrics of the service level indicators.",
    causes: ["another program answers at this address", "the access token is missing: CA3_API_TOKEN"],
    next: ["ca3 config explain"],
    needs: ["processor.health"],
  },
  "processor.writes": {
    title: "No write to the store fails",
    looks: "Reads processor_mongo_write_total twice; fails if errors increase, warns of earlier ones.",
    causes: ["the store is full, slow or away"],
    next: ["ca3 status"],
    needs: ["processor.metrics"],
  },
  "producers.sending": {
    title: "Events arrive",
    looks:
      "Counts the records added to the log in three seconds, or those received according to the API's metrics; its own do not count.",
    causes: ["no producer runs", "the producers cannot reach the log", "the sources are silent"],
    next: ["ca3 doctor sources", "ca3 status"],
    deadlineMs: 15_000,
  },
  "workflow.appended": {
    title: "Events of our own reach the log",
    looks:
      "Sends two events with source and team ca3-verify, each of them twice; they contain no tokens, so they cost nothing.",
    causes: ["the log takes no records", "no right to write the topic of token events"],
    next: ["ca3 topics describe"],
    deadlineMs: 30_000,
  },
  "workflow.stored": {
    title: "They are stored, each once",
    looks: "Looks for the two events in the store.",
    causes: ["no processor reads this log", "the processor stores elsewhere", "the processor is far behind"],
    next: ["ca3 dlq list", "ca3 status"],
    needs: ["workflow.appended"],
    deadlineMs: 70_000,
  },
  "workflow.counted": {
    title: "The API counts them, each once",
    looks:
      "Once everything is processed, compares the requests of team ca3-verify in /api/v1/groups with those before.",
    causes: [
      "the API belongs to another pipeline",
      "no processor reads this log",
      "the access token is missing",
    ],
    next: ["ca3 report --by team"],
    needs: ["workflow.appended"],
    deadlineMs: 70_000,
  },
  "workflow.measured": {
    title: "The metrics count them",
    looks: "Compares the stored and duplicate records in processor_records_total with those before.",
    causes: ["several processors run, and another one stored them", "the metrics belong to another pipeline"],
    next: ["ca3 status"],
    needs: ["workflow.counted"],
    deadlineMs: 40_000,
  },
} as const satisfies Readonly<Record<`${string}.${string}`, CheckFacts>>;
