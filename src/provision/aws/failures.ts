import type { ErrorCode } from "../../support/error-codes.ts";
import { Ca3Error } from "../../support/errors.ts";
import { askForMore, MACHINE_QUOTA_HINT } from "../aws-quotas.ts";

/** What an error of the SDK means for us. */
export type Failure =
  /** Not carried out, and may be next time. */
  | "throttled"
  /** Perhaps carried out: the answer is lost. */
  | "unknown-outcome"
  | "credentials"
  | "denied"
  | "quota"
  | "capacity"
  /** What was named is not there. */
  | "missing"
  /** Something else still uses it. */
  | "in-use"
  /** There is one already. */
  | "duplicate"
  | "dry-run"
  | "refused";

const names: readonly (readonly [RegExp, Failure])[] = [
  [
    /^(RequestLimitExceeded|Throttling|ThrottlingException|EC2ThrottledException|SlowDown|TooManyRequestsException)$/,
    "throttled",
  ],
  [
    /^(InternalError|InternalFailure|ServiceUnavailable|Unavailable|TimeoutError|RequestTimeout|NetworkingError)$/,
    "unknown-outcome",
  ],
  [
    /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|ConnectionRefused|ConnectionClosed|FailedToOpenSocket)/,
    "unknown-outcome",
  ],
  [
    /^(AuthFailure|InvalidClientTokenId|UnrecognizedClientException|ExpiredToken|ExpiredTokenException|RequestExpired|SignatureDoesNotMatch|IncompleteSignature|CredentialsProviderError|OptInRequired|MissingAuthenticationToken)$/,
    "credentials",
  ],
  [/^(UnauthorizedOperation|AccessDenied|AccessDeniedException|Blocked)$/, "denied"],
  [/LimitExceeded$|^(VcpuLimitExceeded|InstanceLimitExceeded|MaxSpotInstanceCountExceeded)$/, "quota"],
  [
    /^(InsufficientInstanceCapacity|InsufficientCapacity|Unsupported|InsufficientHostCapacity|SpotMaxPriceTooLow)$/,
    "capacity",
  ],
  [
    /(NotFound|\.Malformed)$|^InvalidAMIID\.Unavailable$|^Gateway\.NotAttached$|^ParameterNotFound$/,
    "missing",
  ],
  [
    /^(DependencyViolation|InvalidIPAddress\.InUse|Resource\.AlreadyAssociated|IncorrectState|IncorrectInstanceState)$/,
    "in-use",
  ],
  [
    /(Duplicate|\.InUse|AlreadyExists|AlreadyAssociated)$|^RouteAlreadyExists$|^InvalidSubnet\.Conflict$/,
    "duplicate",
  ],
  [/^DryRunOperation$/, "dry-run"],
];

type SdkError = Error & {
  readonly Code?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $fault?: string;
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
};

const nameOf = (error: SdkError): string => error.Code ?? error.code ?? error.name;

/** The kind of failure; nothing for what is no error of the SDK or the network, such as a bug of ours. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || error instanceof Ca3Error) return undefined;
  const one = error as SdkError;
  const name = nameOf(one);
  const known = names.find(([pattern]) => pattern.test(name))?.[1];
  if (known) return known;
  if ((one.$metadata?.httpStatusCode ?? 0) >= 500) return "unknown-outcome";
  return one.$fault === undefined && one.$metadata === undefined ? undefined : "refused";
}

const codes: Readonly<Partial<Record<Failure, ErrorCode>>> = {
  throttled: "CA3_CLOUD_UNAVAILABLE",
  "unknown-outcome": "CA3_CLOUD_UNAVAILABLE",
  credentials: "CA3_CLOUD_CREDENTIALS",
  denied: "CA3_CLOUD_DENIED",
  quota: "CA3_CLOUD_QUOTA",
  capacity: "CA3_CLOUD_CAPACITY",
};

const hints: Readonly<Partial<Record<Failure, string>>> = {
  credentials:
    "sign in again (aws sso login), or choose another profile with --aws-profile; aws configure list-profiles lists them",
  denied: "ask whoever runs the account for this permission",
  quota: "ask AWS for a larger quota, or make the cluster smaller in ca3.yaml",
  capacity: "choose another type or zone in ca3.yaml, then run the same command again",
};

/** What helps against one error and not against others of its kind. */
const hintsByName: readonly (readonly [RegExp, string])[] = [
  [/^(VcpuLimitExceeded|InstanceLimitExceeded|MaxSpotInstanceCountExceeded)$/, MACHINE_QUOTA_HINT],
  [/^AddressLimitExceeded$/, `release some (ca3 orphans), or ${askForMore("L-0263D0A3", "N")}`],
  [/^VpcLimitExceeded$/, "delete an unused VPC, or ask AWS for more VPCs per region"],
  [
    /^ENOTFOUND$/,
    "is cluster.aws.region right, and is there a network? aws ec2 describe-regions lists regions",
  ],
  [/^OptInRequired$/, "the account has not signed up for this region; enable it, or choose another"],
  [
    /^(InvalidSubnet\.Conflict|InvalidVpc\.Range)$/,
    "something else has these addresses in the VPC; ca3 plan shows what, or choose another cluster.network.subnetCidr",
  ],
];
const CLOCK_HINT = "set the clock of this machine: timedatectl set-ntp true";
/** AWS takes five minutes either way. */
const MOST_SKEW_MS = 4 * 60_000;

/** The error of one call in our terms, with the request id that AWS support asks for. Bugs come back as they are. */
export function explainAws(error: unknown, doing: string): unknown {
  const failure = failureOf(error);
  if (failure === undefined) return error;
  const one = error as SdkError;
  const id = one.$metadata?.requestId;
  const skew = failure === "credentials" ? skewOf(one) : undefined;
  const what =
    skew ?? (failure === "credentials" ? credentialText(one) : `${nameOf(one)}: ${firstLine(one.message)}`);
  const message = `${doing}: ${what}${id ? ` (request ${id})` : ""}`;
  const named = hintsByName.find(([pattern]) => pattern.test(nameOf(one)))?.[1];
  const hint = skew === undefined ? (named ?? hints[failure]) : CLOCK_HINT;
  return new Ca3Error(codes[failure] ?? "CA3_CLOUD_REFUSED", message, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** How far this machine's clock is from that of AWS, when that is why a signature does not count. */
function skewOf(error: SdkError): string | undefined {
  const date = Date.parse(error.$response?.headers?.["date"] ?? "");
  const ms = Date.now() - date;
  if (!(Math.abs(ms) > MOST_SKEW_MS)) return undefined;
  const minutes = Math.round(Math.abs(ms) / 60_000);
  return `${nameOf(error)}: the clock of this machine is ${minutes} min ${ms > 0 ? "ahead of" : "behind"} that of AWS`;
}

function credentialText(error: SdkError): string {
  const name = nameOf(error);
  if (/Expired/.test(name)) return `the credentials have expired (${name})`;
  if (name === "CredentialsProviderError") return `no credentials were found: ${firstLine(error.message)}`;
  if (/SignatureDoesNotMatch|RequestExpired/.test(name))
    return `${name}: the secret key is wrong, or the clock of this machine is`;
  return `${name}: ${firstLine(error.message)}`;
}

/** Messages of AWS may carry an encoded authorization message of thousands of characters. */
const firstLine = (text: string): string =>
  text
    .split(/\n|Encoded authorization/)[0]!
    .trim()
    .slice(0, 400);
