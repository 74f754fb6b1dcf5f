import { kafkaUserSettings } from "../../../eventlog/users/config.ts";
import { Ca3Error } from "../../../support/errors.ts";
import { command } from "../../command.ts";
import { configured } from "../../configured.ts";
import { configArg } from "../../shared-args.ts";

export default command({
  args: { config: configArg },
  settings: kafkaUserSettings,
  examples: [
    [
      "ca3 bootstrap kafka --kafka localhost:9092 --kafka-user ca3",
      "with CA3_NEW_KAFKA_PASSWORD_FILE naming the file of the password",
    ],
    ["ca3 bootstrap kafka --help", "which variables name the user that may create users"],
  ],
  details:
    "Creates a user that signs in with SCRAM-SHA-512, or gives an existing one a new password, and waits " +
    "until Kafka accepts it. CA3_KAFKA_USERNAME and CA3_KAFKA_PASSWORD_FILE must belong to a user that may " +
    "create users. ca3 deploy runs this in a job.",
  exitCodes: { 4: "Kafka refuses the user, the certificate, or the right to create users" },
  async run(context) {
    const settings = await configured(kafkaUserSettings, context);
    const { newUser: name, newPassword: password } = settings;
    if (settings.kafkaBootstrap === undefined)
      throw new Ca3Error("CA3_USAGE", "no Kafka brokers are named", { hint: "add --kafka host:9092" });
    if (password === undefined)
      throw new Ca3Error("CA3_CONFIG", `there is no password for the new user ${name}`, {
        hint: "set CA3_NEW_KAFKA_PASSWORD_FILE to the file that holds it",
      });
    const { ensureKafkaUser } = await import("../../../eventlog/kafka-users.ts");
    await ensureKafkaUser(settings, { name, password });
    context.io.note(`Kafka accepts the user ${name}`);
    return 0;
  },
});
