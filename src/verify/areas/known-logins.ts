import { sideBySide } from "../../support/side-by-side.ts";
import type { Finding } from "../check.ts";

export type Login = { readonly username: string; readonly password: string };

const logins = (pairs: readonly string[]): readonly Login[] =>
  pairs.map((pair) => {
    const [username, password] = pair.split(" ") as [string, string];
    return { username, password };
  });

/** Users and passwords of examples, images and charts, and our own users with their names as passwords. */
export const knownLogins = {
  kafka: logins([
    "admin admin-secret",
    "admin admin",
    "user password",
    "user1 password1",
    "broker broker",
    "ca3 ca3",
  ]),
  mongo: logins(["root root", "root example", "root password", "admin admin", "admin password", "ca3 ca3"]),
  /** Few: Grafana locks a user out for minutes after five wrong passwords. */
  grafana: logins(["admin admin", "admin prom-operator"]),
} as const;

export const nobodyToRefuse: Finding<never> = { skipped: "no user is set, so nobody is to be refused" };

const AT_ONCE = 3;

/** Which of these logins are let in; each that is, is a problem, to be solved by `hint` where nothing else is said. */
export async function loginsFinding(
  what: string,
  tried: readonly Login[],
  letsIn: (login: Login) => Promise<boolean>,
  hint?: string,
): Promise<Finding<never>> {
  const answers = await sideBySide(tried, AT_ONCE, letsIn);
  const open = tried.filter((_login, index) => answers[index]);
  return {
    summary: `${tried.length - open.length} of ${tried.length} refused`,
    problems: open.map(({ username }) => ({
      severity: "fail",
      message: `${what} lets ${username} in with a password that everybody knows`,
      want: "a refusal",
      hint: hint ?? `give ${username} another password, or remove that user`,
    })),
  };
}
