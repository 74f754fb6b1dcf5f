import { Ca3Error } from "../../../support/errors.ts";
import { Unreadable } from "../wire/unreadable.ts";
import { UnsupportedBroker } from "./client.ts";
import { classOf } from "./failures.ts";
import { isKafkaError } from "./kafka-error.ts";

export type Explanation = {
  /** What was attempted, as the beginning of a sentence: `cannot append to gpu.metrics.v1`. */
  readonly doing: string;
  /** It has worked before: then a refusal is an outage as well, because somebody will undo what caused it. */
  readonly proven: boolean;
};

/**
 * An error of the network, of kafkajs or of a broker as one of ours. Whatever may pass becomes CA3_LOG_UNAVAILABLE.
 * Errors that are ours already, and bugs, come back as they are.
 */
export function explain(error: unknown, { doing, proven }: Explanation): unknown {
  if (error instanceof Ca3Error || !(error instanceof Error)) return error;
  const message = `${doing}: ${reasonOf(error)}`;
  if (error instanceof Unreadable)
    return new Ca3Error("CA3_LOG_UNREADABLE", message, { cause: error, hint: "ca3 topics describe" });
  if (error instanceof UnsupportedBroker)
    return new Ca3Error("CA3_LOG_UNSUPPORTED", message, { cause: error, hint: "upgrade the brokers" });
  if (isKafkaError(error, "INVALID_SESSION_TIMEOUT"))
    return new Ca3Error(
      "CA3_CONFIG",
      `${doing}: the brokers take no session of the length of kafka.sessionTimeout`,
      {
        cause: error,
        hint: "set CA3_KAFKA_SESSION_TIMEOUT between group.min.session.timeout.ms and group.max.session.timeout.ms of the brokers",
      },
    );
  const kind = classOf(error);
  const outage = () => new Ca3Error("CA3_LOG_UNAVAILABLE", message, { cause: error });
  if (kind === "permanent") return error;
  if (proven || kind === "network" || kind === "moved") return outage();
  if (kind === "tls")
    return new Ca3Error("CA3_LOG_TLS", message, {
      cause: error,
      hint: "set kafka.caFile, and kafka.certFile with kafka.keyFile when the brokers ask for a certificate",
    });
  if (kind === "credentials")
    return new Ca3Error("CA3_LOG_CREDENTIALS", message, {
      cause: error,
      hint: "check kafka.username, kafka.password and kafka.sasl with ca3 config explain",
    });
  return new Ca3Error("CA3_LOG_FORBIDDEN", message, {
    cause: error,
    hint: "ask whoever runs Kafka for that right; docs/kafka-and-mongodb.md lists what each command needs",
  });
}

/** What TLS libraries say, in words: the first that fits. */
const plainer: readonly (readonly [RegExp, string])[] = [
  [/ALERT_\w*CERTIFICATE/, "the broker misses a client certificate, or refuses the one it was shown"],
  [
    /UNABLE_TO_VERIFY|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_GET/,
    "the broker's certificate comes from no CA that is trusted here",
  ],
  [/ALTNAME|HOSTNAME_MISMATCH/, "the broker's certificate is for another host name"],
  [/before secure TLS|WRONG_VERSION/, "the broker does not speak TLS on this port"],
  [/^Closed connection/, "the broker closes the connection, as one does that expects TLS or a user"],
];

/** What kafkajs says, without its own words around it. */
function reasonOf(error: Error): string {
  const { code } = error as { code?: unknown };
  const said = error.message.replace(/^Connection error: /, "").replace(/^Error: /, "");
  const whole = typeof code === "string" && !said.includes(code) ? `${said} (${code})` : said;
  const words = plainer.find(([pattern]) => pattern.test(whole))?.[1];
  if (words === undefined) return whole === "" ? error.name : whole;
  return typeof code === "string" ? `${words} (${code})` : words;
}
