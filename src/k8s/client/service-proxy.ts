import { Ca3Error } from "../../support/errors.ts";
import { type KubeHttp, Refused } from "./http.ts";
import { pathOf, resources } from "./resource.ts";

export type ServiceRequest = {
  readonly namespace: string;
  readonly service: string;
  /** Name or number of the Service's port. */
  readonly port: string | number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly tls?: boolean;
  readonly signal?: AbortSignal;
};

/**
 * GETs something from a Service through the API server: no port is opened anywhere. A refusal of the Service is told
 * apart from one of the API server; both are a Refused with the code.
 */
export async function getThroughService(http: KubeHttp, request: ServiceRequest): Promise<string> {
  const { namespace, service, port, path, query, tls = false, signal } = request;
  const name = `${tls ? "https:" : ""}${service}:${port}`;
  try {
    return await http.text({
      path: `${pathOf(resources.services, { namespace })}/${name}/proxy${path}`,
      ...(query === undefined ? {} : { query }),
      accept: "*/*",
      what: `read ${path} of Service ${namespace}/${service}`,
      signal,
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { status } = error;
    // The API server always gives a reason.
    const own = status.reason !== "";
    const nobody = own ? BEHIND.exec(status.message)?.[1] : undefined;
    if (own && nobody === undefined) throw error;
    const said = status.message === "" ? "" : `: ${status.message}`;
    const message =
      nobody === undefined
        ? `Service ${namespace}/${service} answers ${status.code} to ${path}${said}`
        : `nobody answers for Service ${namespace}/${service}: ${nobody}`;
    throw new Refused(
      status,
      new Ca3Error("CA3_KUBE_UNAVAILABLE", message, { hint: "does what is behind it run? ca3 status" }),
    );
  }
}

/** What the API server says of a Service behind which there is no pod, or none that takes the connection. */
const BEHIND = /(?:^error trying to reach service: (?:dial tcp )?|^(?=no endpoints available))(.+)$/s;
