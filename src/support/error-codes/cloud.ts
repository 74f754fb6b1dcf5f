import type { ErrorCodeFacts } from "../error-codes.ts";

/** What can go wrong with a cluster on AWS. */
export const cloudErrors = {
  CA3_CLOUD_CREDENTIALS: {
    meaning: "AWS does not accept the credentials: there are none, they are wrong, or they have expired.",
    fix: "Sign in again (`aws sso login`), or set `AWS_PROFILE` or `AWS_ACCESS_KEY_ID`; then run `ca3 plan`.",
    exit: 4,
  },
  CA3_CLOUD_ACCOUNT: {
    meaning: "The credentials belong to another AWS account than `cluster.aws.account` names.",
    fix: "Choose the right profile with `--aws-profile`, or correct `cluster.aws.account`.",
    exit: 4,
  },
  CA3_CLOUD_DENIED: {
    meaning: "The AWS user or role lacks a permission that is needed.",
    fix: "Ask whoever runs the account for the permission that the message names.",
    exit: 4,
  },
  CA3_CLOUD_QUOTA: {
    meaning: "A quota of the AWS account is exhausted, such as that for vCPUs or addresses.",
    fix: "Ask AWS to raise the quota that the message names, or make the cluster smaller.",
    exit: 5,
  },
  CA3_CLOUD_CAPACITY: {
    meaning:
      "AWS has no capacity for that machine type in that zone at the moment, or does not offer it there.",
    fix: "Choose another type or zone, then run the same command again: it resumes where it stopped.",
    exit: 5,
  },
  CA3_CLOUD_REFUSED: {
    meaning: "AWS refused a call; the message has its reason.",
    fix: "Correct what the message names, then run the same command again: it resumes where it stopped.",
    exit: 5,
  },
  CA3_CLOUD_UNAVAILABLE: {
    meaning: "AWS could not be reached, or did not answer in time.",
    fix: "Run the same command again: it resumes where it stopped.",
    exit: 5,
    outage: true,
  },
  CA3_CLOUD_CONFLICT: {
    meaning:
      "What exists in the AWS account is inconsistent: two clusters of the same name, or something that `ca3` did not create.",
    fix: "Follow the hint; nothing was changed.",
    exit: 5,
  },
  CA3_CLOUD_LEFTOVERS: {
    meaning: "After `ca3 destroy`, something that carries the tags of the cluster still exists.",
    fix: "Run `ca3 destroy` again; if it names something that you created, delete that first.",
    exit: 5,
  },
  CA3_REMOTE: {
    meaning: "A machine of the cluster cannot be reached over SSH, or a command on it failed.",
    fix: "Do what the hint says, then run the same command again: it resumes where it stopped.",
    exit: 6,
  },
  CA3_DRAIN: {
    meaning:
      "A node cannot be drained: a disruption budget, data on its disk, or a pod without a controller prevents it.",
    fix: "Do what the hint says, then run the same command again: it resumes where it stopped.",
    exit: 4,
  },
  CA3_UPGRADE: {
    meaning: "K3s cannot be moved to that release from the current one, or a node did not come back with it.",
    fix: "Do what the hint says, then run the same command again: it resumes where it stopped.",
    exit: 4,
  },
  CA3_HOST_KEY: {
    meaning: "The SSH host key of a machine is not the one it was created with.",
    fix: "Find out why before you go on; if the machine is lost, remove it with `ca3 leave` and create a new one.",
    exit: 6,
  },
  CA3_NOT_PROVEN: {
    meaning: "The cluster is up and the pipeline is deployed, but a check of `ca3 verify` fails.",
    fix: "Do what the check says, then run the same command again, or `ca3 verify`.",
    exit: 3,
  },
  CA3_LOCKED: {
    meaning: "Another `ca3` process is changing the same cluster.",
    fix: "Wait for it with `--lock-wait 10m`; if that run was killed, `ca3 unlock` frees the cluster.",
    exit: 7,
  },
  CA3_PROTECTED: {
    meaning: "The cluster must not be destroyed: `cluster.protect` is or was set. No flag overrides that.",
    fix: "Set `cluster.protect: false`, run `ca3 provision`, then destroy.",
    exit: 8,
  },
  CA3_UNCONFIRMED: {
    meaning: "A change that cannot be undone was not confirmed.",
    fix: "Type the name when asked, or pass the flags that the hint names.",
    exit: 8,
  },
  CA3_BUDGET: {
    meaning: "The cluster would cost more than `cluster.budget.maxMonthlyUsd` allows.",
    fix: "Make the cluster smaller, or raise the budget.",
    exit: 8,
  },
  CA3_PLAN_STALE: {
    meaning: "Something has changed since the plan was saved.",
    fix: "Make a new one with `ca3 plan --out FILE`.",
    exit: 5,
  },
} as const satisfies Record<`CA3_${string}`, ErrorCodeFacts>;
