import { flag } from "../../support/setting-types.ts";
import type { Settings } from "../../support/settings.ts";
import { byProfile } from "../profiles.ts";
import { quantity, size } from "../quantities.ts";
import { imageReference, members, objectName } from "./value-types.ts";

/** Kafka and MongoDB in the cluster, or elsewhere. */
export const dataSettings = {
  kafka: {
    path: "deploy.kafka.enabled",
    doc: "Run Kafka in the cluster; if false, kafka.bootstrap names the brokers",
    type: flag,
    default: true,
  },
  kafkaImage: {
    path: "deploy.kafka.image",
    doc: "Image of Apache Kafka, such as from your own registry; by default the pinned one",
    type: imageReference,
    optional: true,
  },
  kafkaBrokers: {
    path: "deploy.kafka.brokers",
    doc: `How many brokers, each of them a controller too; cannot be changed later. By default ${byProfile((one) => one.kafka.members)}`,
    type: members,
    optional: true,
  },
  kafkaStorage: {
    path: "deploy.kafka.storage",
    doc: `Disk of each broker. By default ${byProfile((one) => quantity(one.kafka.storage))}`,
    type: size,
    optional: true,
  },
  kafkaMemory: {
    path: "deploy.kafka.memory",
    doc: `Memory of each broker, half of it heap. By default ${byProfile((one) => quantity(one.kafka.memory))}`,
    type: size,
    optional: true,
  },
  kafkaSecret: {
    path: "deploy.kafka.secret",
    doc: "Secret in the app's namespace with username and password for external brokers, and ca.crt if kafka.caFile is set",
    type: objectName,
    optional: true,
  },
  mongo: {
    path: "deploy.mongo.enabled",
    doc: "Run MongoDB in the cluster; if false, deploy.mongo.secret holds its address",
    type: flag,
    default: true,
  },
  mongoImage: {
    path: "deploy.mongo.image",
    doc: "Image of MongoDB, such as from your own registry; by default the pinned one",
    type: imageReference,
    optional: true,
  },
  mongoMembers: {
    path: "deploy.mongo.members",
    doc: `How many members the replica set has. By default ${byProfile((one) => one.mongo.members)}`,
    type: members,
    optional: true,
  },
  mongoStorage: {
    path: "deploy.mongo.storage",
    doc: `Disk of each member. By default ${byProfile((one) => quantity(one.mongo.storage))}`,
    type: size,
    optional: true,
  },
  mongoMemory: {
    path: "deploy.mongo.memory",
    doc: `Memory of each member, half of it cache. By default ${byProfile((one) => quantity(one.mongo.memory))}`,
    type: size,
    optional: true,
  },
  mongoSecret: {
    path: "deploy.mongo.secret",
    doc: "Secret in the app's namespace with the url of an external MongoDB, including user and password",
    type: objectName,
    optional: true,
  },
} as const satisfies Settings;
