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
    meaning: "An input file is not in the format it should have; the message names line and column.",
    fix: "Repair the named line, or pass `--lenient` to skip and count broken rows.",
    exit: 2,
  },
  CA3_SOURCE: {
    meaning: "A source of events cannot be read as configured: a program is missing, or refuses to run.",
    fix: "Do what the hint says, then look with `ca3 doctor sources`.",
    exit: 1,
  },
  CA3_FILE: {
    meaning: "A file or folder is missing, not readable or not writable.",
    fix: "Check the path and its permissions.",
    exit: 1,
  },
  CA3_DATA_IN_USE: {
    meaning: "Another `ca3` process is using the same data folder.",
    fix: "Stop that process, or choose another folder with `--data`.",
    exit: 1,
  },
  CA3_DATA_CORRUPT: {
    meaning: "A database file in the data folder is damaged, or does not belong to `ca3`.",
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
    meaning: "The event log cannot be read or written at the moment.",
    fix: "Nothing is lost; work resumes by itself when the log answers again.",
    exit: 1,
    outage: true,
  },
  CA3_LOG_UNREACHABLE: {
    meaning:
      "No Kafka broker could be reached at the start: the address is wrong, its name cannot be resolved, or nothing listens there.",
    fix: "Check `kafka.bootstrap`, and that the brokers are running; the message names the address that was tried.",
    exit: 1,
  },
  CA3_LOG_TLS: {
    meaning:
      "The TLS handshake with Kafka failed: the CA is not trusted, or a client certificate is missing.",
    fix: "Set `kafka.caFile` to the CA of the brokers, and `kafka.certFile` with `kafka.keyFile` if they require a client certificate.",
    exit: 4,
  },
  CA3_LOG_CREDENTIALS: {
    meaning: "Kafka refuses the user, the password or the SASL mechanism.",
    fix: "Check `kafka.username`, `kafka.password` and `kafka.sasl` with `ca3 config explain`.",
    exit: 4,
  },
  CA3_LOG_FORBIDDEN: {
    meaning: "The Kafka user may not do what was asked for.",
    fix: "Ask whoever runs Kafka for the right that the message names.",
    exit: 4,
  },
  CA3_LOG_TOPIC: {
    meaning: "A topic cannot be created as requested, or has too few partitions.",
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
      "The log contains corrupt bytes: their checksum is wrong, or they are not Kafka records. Reading them again does not help.",
    fix: "Inspect the topic and offset that the message names with Kafka's own tools; delete the records, or move the group's offset past them.",
    exit: 5,
  },
  CA3_RECORD_TOO_LARGE: {
    meaning: "A record is larger than its topic allows.",
    fix: "Send smaller events, or raise `max.message.bytes` of the topic.",
    exit: 1,
  },
  CA3_STORE_UNAVAILABLE: {
    meaning: "The store cannot be read or written at the moment.",
    fix: "Nothing is lost; work resumes by itself when the store answers again.",
    exit: 1,
    outage: true,
  },
  CA3_STORE_UNREACHABLE: {
    meaning:
      "MongoDB could not be reached at the start: the address is wrong, its name cannot be resolved, nothing listens there, or there is no primary.",
    fix: "Check `MONGO_URL`, and that MongoDB is running; the message names the address that was tried.",
    exit: 1,
  },
  CA3_STORE_TLS: {
    meaning:
      "The TLS handshake with MongoDB failed: the CA is not trusted, or a client certificate is missing.",
    fix: "Set `mongo.caFile` to the CA of the server, and `mongo.certFile` with `mongo.keyFile` if it requires a client certificate.",
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
    meaning: "The kubeconfig is missing or invalid, or does not contain the context.",
    fix: "Choose a file with `--kubeconfig` and a context with `--context`; the message lists those that exist.",
    exit: 2,
  },
  CA3_KUBE_UNREACHABLE: {
    meaning:
      "The API server of the cluster could not be reached: the address is wrong, its name cannot be resolved, nothing listens there, or it did not answer in time.",
    fix: "Check the server of the context that the message names, and the connection to it: VPN, tunnel, firewall.",
    exit: 1,
  },
  CA3_KUBE_TLS: {
    meaning:
      "The API server presented a certificate that the kubeconfig does not trust, or one for another name.",
    fix: "Fetch a new kubeconfig from whoever runs the cluster.",
    exit: 4,
  },
  CA3_KUBE_CREDENTIALS: {
    meaning: "The API server does not accept the credentials of the kubeconfig, or they have expired.",
    fix: "Sign in again, or fetch a new kubeconfig from whoever runs the cluster.",
    exit: 4,
  },
  CA3_KUBE_FORBIDDEN: {
    meaning: "The user of the kubeconfig lacks a right; the message names verb, kind and namespace.",
    fix: "Ask whoever runs the cluster for the role that the hint names.",
    exit: 4,
  },
  CA3_KUBE_UNAVAILABLE: {
    meaning: "The API server is overloaded or fails, or a Service behind it answers with an error.",
    fix: "Wait and run the command again; it resumes where it stopped.",
    exit: 1,
    outage: true,
  },
  CA3_KUBE_UNSUPPORTED: {
    meaning: "The cluster runs an older Kubernetes than `ca3` supports.",
    fix: "Upgrade the cluster.",
    exit: 1,
  },
  CA3_KUBE_KIND: {
    meaning: "The cluster does not know a kind of object; usually its CustomResourceDefinition is missing.",
    fix: "Install what provides the kind, or turn off the part of `ca3.yaml` that needs it.",
    exit: 1,
  },
  CA3_KUBE_INVALID: {
    meaning: "The API server, or one of its policies, rejects an object.",
    fix: "Change the setting that the rejected field comes from.",
    exit: 1,
  },
  CA3_KUBE_CONFLICT: {
    meaning:
      "A field of an object belongs to somebody else, whom the message names, or was changed at the same moment.",
    fix: "Have the owner give up the field, or take it over with `--force`.",
    exit: 1,
  },
  CA3_KUBE_FOREIGN: {
    meaning: "An object that `ca3` would create already exists, and was created by somebody else.",
    fix: "Choose another name in `ca3.yaml`, remove the object, or take it over with `--adopt`.",
    exit: 1,
  },
  CA3_KUBE_LOCKED: {
    meaning: "Somebody else is changing the deployment of this cluster right now.",
    fix: "Wait until they are done, or take the lock with `--break-lock` if the holder is dead.",
    exit: 1,
  },
  CA3_KUBE_NOT_READY: {
    meaning: "Something that was deployed did not become ready; the message says what, and why.",
    fix: "Do what the hint says, then run `ca3 deploy` again: it resumes where it stopped.",
    exit: 1,
  },
  CA3_KUBE_CAPACITY: {
    meaning: "The cluster has too little capacity for what is to run, or no storage for its data.",
    fix: "Add what the message says is missing, or choose a smaller profile in `ca3.yaml`.",
    exit: 1,
  },
  CA3_POISON_FLOOD: {
    meaning:
      "So many of the newest records could not be stored that the processor stopped instead of dead-lettering them all.",
    fix: "Look at `ca3 dlq list`, fix the sender, then start again; raise `processor.poisonStopRatio` to let them pass.",
    exit: 5,
  },
  ...cloudErrors,
  CA3_NOT_FOUND: {
    meaning: "Something that was named does not exist.",
    fix: "List what exists, as the hint says.",
    exit: 1,
  },
  CA3_INTERRUPTED: {
    meaning: "The command was interrupted before it finished.",
    fix: "Run it again: it continues where it stopped.",
    exit: 130,
  },
  CA3_BUG: {
    meaning: "Something happened in `ca3` that its authors did not foresee.",
    fix: "Run the command again with `--debug` and report what it prints.",
    exit: 70,
  },
} as const satisfies Record<`CA3_${string}`, ErrorCodeFacts>;

export type ErrorCode = keyof typeof table;

export const errorCodes: Readonly<Record<ErrorCode, ErrorCodeFacts>> = table;
