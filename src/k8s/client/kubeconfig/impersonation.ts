import { textOf } from "./data.ts";
import type { Entry } from "./parse.ts";

/** The headers of a user who acts as another one (`as`, `as-uid`, `as-groups` of the kubeconfig). */
export function impersonation(user: Entry): [name: string, value: string][] {
  const as = textOf(user, "as", "user");
  const uid = textOf(user, "as-uid", "user");
  const groups = user.fields["as-groups"];
  return [
    ...(as === undefined ? [] : [["Impersonate-User", as] as [string, string]]),
    ...(uid === undefined ? [] : [["Impersonate-Uid", uid] as [string, string]]),
    ...(Array.isArray(groups)
      ? groups.map((group): [string, string] => ["Impersonate-Group", String(group)])
      : []),
  ];
}
