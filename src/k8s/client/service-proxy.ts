import type { KubeHttp } from "./http.ts";
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

/** GETs something from a Service through the API server: no port is opened anywhere. */
export function getThroughService(http: KubeHttp, request: ServiceRequest): Promise<string> {
  const { namespace, service, port, path, query, tls = false, signal } = request;
  const name = `${tls ? "https:" : ""}${service}:${port}`;
  return http.text({
    path: `${pathOf(resources.services, { namespace })}/${name}/proxy${path}`,
    ...(query === undefined ? {} : { query }),
    accept: "*/*",
    what: `read ${path} of Service ${namespace}/${service}`,
    signal,
  });
}
