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
    meaning: "The AWS user or role may not make a call that is needed.",
    fix: "Ask whoever runs the account for the permission that the message names.",
    exit: 4,
  },
  CA3_CLOUD_QUOTA: {
    meaning: "The AWS account has no more of something, such as processors or addresses.",
    fix: "Ask AWS for a larger quota of what the message names, or make the cluster smaller.",
    exit: 5,
  },
  CA3_CLOUD_CAPACITY: {
    meaning: "AWS has no machine of that type to give in that zone now, or does not offer it there.",
    fix: "Choose another type or zone, then run the same command again: it goes on where it stopped.",
    exit: 5,
  },
  CA3_CLOUD_REFUSED: {
    meaning: "AWS refused a call; the message has its reason.",
    fix: "Correct what the message names, then run the same command again: it goes on where it stopped.",
    exit: 5,
  },
  CA3_CLOUD_UNAVAILABLE: {
    meaning: "AWS could not be reached, or did not answer in time.",
    fix: "Run the same command again: it goes on where it stopped.",
    exit: 5,
    outage: true,
  },
  CA3_CLOUD_CONFLICT: {
    meaning:
      "What exists in the AWS account does not fit together: two clusters of one name, or a thing that is not ours.",
    fix: "Follow the hint; nothing was changed.",
    exit: 5,
  },
  CA3_CLOUD_LEFTOVERS: {
    meaning: "After `ca3 destroy`, something that bears the tags of the cluster is still there.",
    fix: "Run `ca3 destroy` again; when it names a thing that you made, delete that first.",
    exit: 5,
  },
  CA3_REMOTE: {
    meaning: "A machine of the cluster cannot be reached over SSH, or a command on it failed.",
    fix: "Do what the hint says, then run the same command again: it goes on where it stopped.",
    exit: 6,
  },
  CA3_DRAIN: {
    meaning:
      "A node cannot be emptied: a disruption budget, data on its disk, or a pod without a controller is in the way.",
    fix: "Do what the hint says, then run the same command again: it goes on where it stopped.",
    exit: 4,
  },
  CA3_UPGRADE: {
    meaning:
      "K3s cannot be brought to that release from the one that runs, or a node did not come back with it.",
    fix: "Do what the hint says, then run the same command again: it goes on where it stopped.",
    exit: 4,
  },
  CA3_HOST_KEY: {
    meaning: "A machine shows another SSH host key than the one that it was made with.",
    fix: "Find out why before you go on; if the machine is lost, take it out with `ca3 leave` and make a new one.",
    exit: 6,
  },
  CA3_NOT_PROVEN: {
    meaning: "The cluster stands and the pipeline is deployed, but a check of `ca3 verify` does not pass.",
    fix: "Do what the check says; then run the same command again, or `ca3 verify`.",
    exit: 3,
  },
  CA3_LOCKED: {
    meaning: "Another `ca3` process is changing the same cluster.",
    fix: "Wait for it with `--lock-wait 10m`; `ca3 unlock` frees the cluster when that run was killed.",
    exit: 7,
  },
  CA3_PROTECTED: {
    meaning: "The cluster may not be destroyed: `cluster.protect` is or was set. No flag overrides that.",
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
    meaning: "The world has changed since the plan was saved.",
    fix: "Make a new one with `ca3 plan --out FILE`.",
    exit: 5,
  },
} as const satisfies Record<`CA3_${string}`, ErrorCodeFacts>;
