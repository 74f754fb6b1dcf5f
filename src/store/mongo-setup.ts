import type { Document } from "mongodb";
import { type Clock, systemClock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";
import type { Secret } from "../support/secret.ts";
import { planReplicaSet, type SetConfig } from "./mongo/admin/plan-replica-set.ts";
import { MongoLink } from "./mongo/driver/link.ts";
import { type Target, targetOf } from "./mongo/driver/target.ts";
import type { MongoSetupSettings } from "./users/config.ts";

export type MongoSetup = {
  readonly settings: MongoSetupSettings;
  /** Of the new user. */
  readonly password: Secret;
  readonly clock?: Clock;
};

const READY_WITHIN_MS = 120_000;
const AGAIN_AFTER_MS = 500;
const ALREADY_INITIALIZED = 23;
const USER_EXISTS = 51_003;

/**
 * Makes a replica set out of servers that wait for one, or adds members that it lacks, waits for a primary, and lets it
 * know a user who may read and write the database, or gives that user a new password. `mongo.url` leads to the first
 * member, and to it alone. Any number of times does what once does. Throws what `openMongoStore` throws.
 */
export async function setUpMongo({ settings, password, clock = systemClock }: MongoSetup): Promise<void> {
  const { members = [], replicaSet, newUser, mongoUrl } = settings;
  const first = adminLink(directly(mongoUrl!.reveal()), settings);
  await first.open(async () => {});
  try {
    await begin(first, replicaSet, members);
    await primary(first, clock);
  } finally {
    await first.close();
  }
  const alone = members.length < 2;
  const whole = alone
    ? directly(mongoUrl!.reveal())
    : `mongodb://${members.join(",")}/?replicaSet=${replicaSet}`;
  const link = adminLink(whole, settings);
  await link.open(async () => {});
  try {
    if (!alone) await grow(link, replicaSet, members, clock);
    const database = targetOf(mongoUrl!, settings).database;
    await letIn(link, { name: newUser, password, database });
  } finally {
    await link.close();
  }
}

/** The address of one server, not of the replica set it may belong to. */
function directly(url: string): string {
  const address = new URL(url);
  address.searchParams.set("directConnection", "true");
  address.searchParams.delete("replicaSet");
  return address.href;
}

function adminLink(url: string, settings: MongoSetupSettings): MongoLink {
  const target: Target = { ...targetOf(url, settings), database: "admin" };
  const { mongoTimeoutMs: timeoutMs, mongoQueryTimeoutMs: queryTimeoutMs } = settings;
  return new MongoLink(target, { timeoutMs, queryTimeoutMs, poolSize: 2 });
}

const hello = (link: MongoLink): Promise<Document> =>
  link.command("cannot ask MongoDB for its role", { hello: 1 });

async function begin(link: MongoLink, name: string, hosts: readonly string[]): Promise<void> {
  const step = planReplicaSet(name, hosts, { setName: (await hello(link))["setName"] });
  if (step === undefined) return;
  await accepting([ALREADY_INITIALIZED], () =>
    link.command(`cannot initiate the replica set ${name}`, { replSetInitiate: step.config }),
  );
}

/** Waits until the set has a primary, whoever it is. */
async function primary(link: MongoLink, clock: Clock): Promise<void> {
  const deadlineMs = clock.now() + READY_WITHIN_MS;
  for (;;) {
    const seen = await hello(link);
    if (seen["isWritablePrimary"] || seen["primary"] !== undefined) return;
    if (clock.now() > deadlineMs)
      throw new Ca3Error(
        "CA3_STORE_UNAVAILABLE",
        `the replica set ${seen["setName"]} has had no primary for ${READY_WITHIN_MS / 1000} s`,
        { hint: "check that all of its members run and reach each other" },
      );
    await clock.sleep(AGAIN_AFTER_MS);
  }
}

async function grow(link: MongoLink, name: string, hosts: readonly string[], clock: Clock): Promise<void> {
  for (;;) {
    const { config } = await link.command("cannot read who belongs to the replica set", {
      replSetGetConfig: 1,
    });
    const step = planReplicaSet(name, hosts, { setName: name, config: config as SetConfig });
    if (step?.do !== "reconfigure") return;
    await link.command("cannot add a member to the replica set", { replSetReconfig: step.config });
    await primary(link, clock);
  }
}

type NewUser = { readonly name: string; readonly password: Secret; readonly database: string };

/** `dbAdmin` besides `readWrite`, because a changed retention changes an index. */
async function letIn(link: MongoLink, { name, password, database }: NewUser): Promise<void> {
  const roles = ["readWrite", "dbAdmin"].map((role) => ({ role, db: database }));
  const rest = { pwd: password.reveal(), roles, writeConcern: { w: "majority" } };
  const doing = `cannot create the MongoDB user ${name}`;
  const existed = await accepting([USER_EXISTS], () => link.command(doing, { createUser: name, ...rest }));
  if (existed) await link.command(doing, { updateUser: name, ...rest });
}

/** Runs a command and answers whether it was refused for one of these reasons, which are fine. */
async function accepting(codes: readonly number[], call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return false;
  } catch (error) {
    const cause = error instanceof Ca3Error ? error.cause : error;
    if (codes.includes((cause as { code?: number } | undefined)?.code ?? 0)) return true;
    throw error;
  }
}
