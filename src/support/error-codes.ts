import { cloudErrors } from "./error-codes/cloud.ts";

/** One row of the error reference: what the code means and what usually fixes it. */
export type ErrorCodeFacts = {
  readonly meaning: string;
  readonly fix: string;
  /** Process exit code; `src/cli/exit-codes.ts` says what each means. */
  readonly exit: number;
  /** The same call may succeed later; data is kept and the call is repeated with back-off. */
  readonly outage?: boolean;
};

/** Every error code `ca3` can print, in the order of `docs/reference/errors.md`, which is generated from it. */
const table = {
  CA3_USAGE: {
    meaning: "The command line has an unknown command, flag or value.",
    fix: "Read the hint, or run the command with `--help`.",
    exit: 2,
  },
  CA3_CONFIG: {
    meaning: "A setting in `ca3.yaml`, the environment or a flag is wrong; all problems are listed at once.",
    fix: "Correct the named settings, then run `ca3 config check`.",
    exit: 2,
  },
  CA3_INPUT: {
    meaning: "An input file cannot be read as what it claims to be; line and column are named.",
    fix: "Repair the named line, or pass `--lenient` to skip and count broken rows.",
    exit: 2,
  },
  CA3_SOURCE: {
    meaning:
      "A source of events cannot be read the way it is set up: a program is missing, or refuses to run.",
    fix: "Do what the hint says, then look with `ca3 doctor sources`.",
    exit: 1,
  },
  CA3_FILE: {
    meaning: "A file or folder is missing, not readable or not writable.",
    fix: "Check the path and its permissions.",
    exit: 1,
  },
  CA3_DATA_IN_USE: {
    meaning: "Another `ca3` process works on the same data folder.",
    fix: "Stop that process, or choose another folder with `--data`.",
    exit: 1,
  },
  CA3_DATA_CORRUPT: {
    meaning: "A database file in the data folder is damaged or not ours.",
    fix: "Restore the folder from a copy, or start a new one with `--data` or `--fresh`.",
    exit: 1,
  },
  CA3_DATA_NEWER: {
    meaning: "A database file in the data folder was written by a newer release of `ca3`.",
    fix: "Use that release, or choose another folder with `--data`.",
    exit: 1,
  },
  CA3_PORT_IN_USE: {
    meaning: "The HTTP port that was asked for is taken.",
    fix: "Choose another with `--port`, or leave the flag out to get the next free one.",
    exit: 1,
  },
  CA3_LISTEN: {
    meaning: "The HTTP server cannot listen on the address or port that was asked for.",
    fix: "Choose an address of this machine and a port that this user may open.",
    exit: 1,
  },
  CA3_TOKEN_REQUIRED: {
    meaning: "The API would listen beyond this machine without an access token.",
    fix: "Set `CA3_API_TOKEN` or `CA3_API_TOKEN_FILE`, or listen on 127.0.0.1.",
    exit: 4,
  },
  CA3_LOG_UNAVAILABLE: {
    meaning: "The event log cannot take or give records now.",
    fix: "Nothing is lost; work resumes by itself when the log answers again.",
    exit: 1,
    outage: true,
  },
  CA3_LOG_UNREACHABLE: {
    meaning:
      "No Kafka broker could be reached at the start: a wrong address, a name that is not known, or nobody there.",
    fix: "Check `kafka.bootstrap` and that the brokers run; the message names the address that was tried.",
    exit: 1,
  },
  CA3_LOG_TLS: {
    meaning: "An encrypted connection to Kafka could not be agreed on: another CA, or no client certificate.",
    fix: "Set `kafka.caFile` to the CA of the brokers, and `kafka.certFile` with `kafka.keyFile` when they ask for one.",
    exit: 4,
  },
  CA3_LOG_CREDENTIALS: {
    meaning: "Kafka refuses the user, the password or the way to sign in.",
    fix: "Check `kafka.username`, `kafka.password` and `kafka.sasl` with `ca3 config explain`.",
    exit: 4,
  },
  CA3_LOG_FORBIDDEN: {
    meaning: "The Kafka user may not do what was asked for.",
    fix: "Ask whoever runs Kafka for the right that the message names.",
    exit: 4,
  },
  CA3_LOG_TOPIC: {
    meaning: "A topic cannot be created as asked, or has fewer partitions than are wanted.",
    fix: "Run `ca3 topics describe`, then follow the hint.",
    exit: 1,
  },
  CA3_LOG_UNSUPPORTED: {
    meaning: "The Kafka brokers are older than 3.1.",
    fix: "Upgrade the brokers.",
    exit: 1,
  },
  CA3_LOG_UNREADABLE: {
    meaning:
      "The log holds bytes that are damaged: their checksum is wrong, or they are no Kafka records; reading them again changes nothing.",
    fix: "Look at the topic and offset that the message names with Kafka's own tools; delete the records, or move the group's offset behind them.",
    exit: 5,
  },
  CA3_RECORD_TOO_LARGE: {
    meaning: "A record is larger than its topic takes.",
    fix: "Send smaller events, or raise `max.message.bytes` of the topic.",
    exit: 1,
  },
  CA3_STORE_UNAVAILABLE: {
    meaning: "The store cannot be read or written now.",
    fix: "Nothing is lost; work resumes by itself when the store answers again.",
    exit: 1,
    outage: true,
  },
  CA3_STORE_UNREACHABLE: {
    meaning:
      "MongoDB could not be reached at the start: a wrong address, a name that is not known, nobody there, or no primary.",
    fix: "Check `MONGO_URL` and that MongoDB runs; the message names the address that was tried.",
    exit: 1,
  },
  CA3_STORE_TLS: {
    meaning:
      "An encrypted connection to MongoDB could not be agreed on: another CA, or no client certificate.",
    fix: "Set `mongo.caFile` to the CA of the server, and `mongo.certFile` with `mongo.keyFile` when it asks for one.",
    exit: 4,
  },
  CA3_STORE_CREDENTIALS: {
    meaning: "MongoDB refuses the user or the password, or asks for them.",
    fix: "Check `MONGO_URL`, or `mongo.username` and `mongo.password` with `ca3 config explain`.",
    exit: 4,
  },
  CA3_STORE_FORBIDDEN: {
    meaning: "The MongoDB user may not do what was asked for.",
    fix: "Ask whoever runs MongoDB for the role `readWrite` on the database; `read` is enough for reports.",
    exit: 4,
  },
  CA3_STORE_UNSUPPORTED: {
    meaning: "The MongoDB server is older than 4.2.",
    fix: "Upgrade MongoDB.",
    exit: 1,
  },
  CA3_KUBE_CONFIG: {
    meaning: "The kubeconfig is missing or damaged, or has no such context.",
    fix: "Choose a file with `--kubeconfig` and a context with `--context`; the message lists those that exist.",
    exit: 2,
  },
  CA3_KUBE_UNREACHABLE: {
    meaning:
      "The API server of the cluster could not be reached: a wrong address, a name that is not known, nobody there, or no answer in time.",
    fix: "Check the server of the context that the message names, and the way to it: VPN, tunnel, firewall.",
    exit: 1,
  },
  CA3_KUBE_TLS: {
    meaning:
      "The API server showed a certificate that the kubeconfig does not trust, or one for another name.",
    fix: "Fetch a new kubeconfig from whoever runs the cluster.",
    exit: 4,
  },
  CA3_KUBE_CREDENTIALS: {
    meaning: "The API server does not accept the credentials of the kubeconfig, or they have expired.",
    fix: "Sign in again, or fetch a new kubeconfig from whoever runs the cluster.",
    exit: 4,
  },
  CA3_KUBE_FORBIDDEN: {
    meaning: "The user of the kubeconfig may not do what is needed; verb, kind and namespace are named.",
    fix: "Ask whoever runs the cluster for the role that the hint names.",
    exit: 4,
  },
  CA3_KUBE_UNAVAILABLE: {
    meaning:
      "The API server is overloaded, or fails by itself; or a Service behind it answers with an error.",
    fix: "Wait and run the command again; it goes on where it stopped.",
    exit: 1,
    outage: true,
  },
  CA3_KUBE_UNSUPPORTED: {
    meaning: "The cluster is older than the oldest Kubernetes that `ca3` works with.",
    fix: "Upgrade the cluster.",
    exit: 1,
  },
  CA3_KUBE_KIND: {
    meaning: "The cluster does not know a kind of object; usually its CustomResourceDefinition is missing.",
    fix: "Install what brings the kind, or turn off the part of `ca3.yaml` that needs it.",
    exit: 1,
  },
  CA3_KUBE_INVALID: {
    meaning: "The API server, or a policy in it, refuses an object as it is.",
    fix: "Change the setting that the refused field comes from.",
    exit: 1,
  },
  CA3_KUBE_CONFLICT: {
    meaning: "A field of an object belongs to somebody else, who is named, or changed at the same moment.",
    fix: "Let the owner give the field up, or take it with `--force`.",
    exit: 1,
  },
  CA3_KUBE_FOREIGN: {
    meaning: "An object that `ca3` would make is there already, and was made by somebody else.",
    fix: "Choose another name in `ca3.yaml`, remove the object, or take it over with `--adopt`.",
    exit: 1,
  },
  CA3_KUBE_LOCKED: {
    meaning: "Somebody else is changing the deployment of this cluster right now.",
    fix: "Wait until that is done, or take the lock with `--break-lock` when whoever holds it is dead.",
    exit: 1,
  },
  CA3_KUBE_NOT_READY: {
    meaning: "Something that was deployed does not become ready; the message says what and why.",
    fix: "Do what the hint says, then run `ca3 deploy` again: it goes on where it stopped.",
    exit: 1,
  },
  CA3_KUBE_CAPACITY: {
    meaning: "The cluster has too little room for what is to run, or nothing that could store its data.",
    fix: "Add what the message says is missing, or choose a smaller profile in `ca3.yaml`.",
    exit: 1,
  },
  CA3_POISON_FLOOD: {
    meaning:
      "So large a share of the newest records cannot be stored that the processor stopped instead of dead-lettering them all.",
    fix: "Look at `ca3 dlq list`, repair the sender, then start again; raise `processor.poisonStopRatio` to let them pass.",
    exit: 5,
  },
  ...cloudErrors,
  CA3_NOT_FOUND: {
    meaning: "The thing that was named does not exist.",
    fix: "List what there is, as the hint says.",
    exit: 1,
  },
  CA3_INTERRUPTED: {
    meaning: "The command was interrupted before it finished.",
    fix: "Run it again: it continues where it stopped.",
    exit: 130,
  },
  CA3_BUG: {
    meaning: "Something happened in `ca3` that its authors did not expect.",
    fix: "Run the command again with `--debug` and report what it prints.",
    exit: 70,
  },
} as const satisfies Record<`CA3_${string}`, ErrorCodeFacts>;

export type ErrorCode = keyof typeof table;

export const errorCodes: Readonly<Record<ErrorCode, ErrorCodeFacts>> = table;
