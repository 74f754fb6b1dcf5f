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
    // The API server always gives a reason.
    if (!(error instanceof Refused) || error.status.reason !== "") throw error;
    const { status } = error;
    const said = status.message === "" ? "" : `: ${status.message}`;
    throw new Refused(
      status,
      new Ca3Error(
        "CA3_KUBE_UNAVAILABLE",
        `Service ${namespace}/${service} answers ${status.code} to ${path}${said}`,
      ),
    );
  }
}
