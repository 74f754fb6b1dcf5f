import { tunnelEnd } from "../../k8s/tunnel.ts";
import { Ca3Error } from "../../support/errors.ts";
import { onCluster, type ProbesOf, type Subject } from "../subject.ts";
import { knownLogins, type Login, loginsFinding } from "./known-logins.ts";

/** Whether Grafana keeps strangers out. Through a tunnel: the API server keeps the header with the password to itself. */
export const grafanaProbes = (subject: Subject): Pick<ProbesOf<"metrics">, "metrics.grafana-login"> => ({
  "metrics.grafana-login": onCluster(subject, async (client, signal) => {
    const { monitoring } = subject.wanted.namespaces;
    const end = await tunnelEnd(client, "grafana", monitoring, signal).catch((error: unknown) => {
      if (error instanceof Ca3Error && error.code === "CA3_NOT_FOUND") return undefined;
      throw error;
    });
    if (end === undefined) return { skipped: `namespace ${monitoring} has no Service of Grafana` };
    const { namespace, name: pod } = end;
    const port = await subject.tunnels!.to({ namespace, pod, port: end.port });
    const status = async (login?: Login) => {
      const word = login === undefined ? undefined : btoa(`${login.username}:${login.password}`);
      const headers = word === undefined ? {} : { authorization: `Basic ${word}` };
      const url = `http://127.0.0.1:${port}/api/org`;
      return (await fetch(url, { headers, signal, redirect: "manual" })).status;
    };
    const anonymous = await status();
    const hint = "turn anonymous access off: auth.anonymous of the values of the monitoring release";
    if (anonymous === 200)
      return {
        problems: [{ severity: "fail", message: "Grafana answers without a user", want: "401", hint }],
      };
    if (anonymous !== 401) return `Grafana answers ${anonymous} and not 401 to who names no user`;
    return await loginsFinding(
      "Grafana",
      knownLogins.grafana,
      async (login) => (await status(login)) === 200,
      "ca3 secrets rotate grafana-admin makes another one, and Grafana starts anew with it",
    );
  }),
});
