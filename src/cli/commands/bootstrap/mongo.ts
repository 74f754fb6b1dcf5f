import { mongoSetupSettings } from "../../../store/users/config.ts";
import { Ca3Error } from "../../../support/errors.ts";
import { command } from "../../command.ts";
import { configured } from "../../configured.ts";
import { configArg } from "../../shared-args.ts";

export default command({
  args: { config: configArg },
  settings: mongoSetupSettings,
  examples: [
    [
      "ca3 bootstrap mongo --mongo mongodb://mongo-0:27017/ca3 --member mongo-0:27017",
      "with CA3_NEW_MONGO_PASSWORD_FILE naming the file of the new user's password",
    ],
    ["ca3 bootstrap mongo --help", "which variables name the user that may do this"],
  ],
  details:
    "Initiates a replica set if the servers have none, adds missing members, and creates a user that may read " +
    "and write the database, or gives an existing one a new password. CA3_MONGO_USERNAME and " +
    "CA3_MONGO_PASSWORD_FILE must belong to a user that may do so. Removes nothing. ca3 deploy runs this in a " +
    "job.",
  exitCodes: { 4: "MongoDB refuses the user, the certificate, or the right to do that" },
  async run(context) {
    const settings = await configured(mongoSetupSettings, context);
    const { newUser, newPassword: password, mongoUrl } = settings;
    if (mongoUrl === undefined)
      throw new Ca3Error("CA3_USAGE", "no MongoDB is named", {
        hint: "add --mongo mongodb://host:27017/ca3",
      });
    if (password === undefined)
      throw new Ca3Error("CA3_CONFIG", `there is no password for the new user ${newUser}`, {
        hint: "set CA3_NEW_MONGO_PASSWORD_FILE to the file that holds it",
      });
    const { setUpMongo } = await import("../../../store/mongo-setup.ts");
    await setUpMongo({ settings, password });
    context.io.note(`MongoDB has a primary and accepts the user ${newUser}`);
    return 0;
  },
});
