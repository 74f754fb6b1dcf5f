import { operationsSettings } from "../../../http/config.ts";
import { ports } from "../addresses.ts";
import { type EnvVar, envOf } from "../env.ts";
import type { Layout, Resources } from "../layout.ts";
import type { Container, Mount } from "../pod.ts";
import { apiAccess } from "./connections.ts";

/** The user of our image, who owns nothing in it. */
export const SERVICE_USER = 65_532;

export type ServiceContainer = {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly EnvVar[];
  readonly mounts: readonly Mount[];
  readonly resources: Resources;
};

/**
 * A container of our image that serves `/health`, `/ready` and `/metrics`. It is alive as long as it answers; when
 * Kafka or MongoDB is away it is not ready, and a restart would help nobody.
 */
export function serviceContainer(layout: Layout, service: ServiceContainer): Container {
  const { openMetrics, shutdownGraceMs } = layout.wish.given.server;
  const server = envOf(operationsSettings, {
    ...{ host: "0.0.0.0", port: ports.http, openMetrics, shutdownGraceMs },
    ...apiAccess().values,
  });
  const get = (path: string) => ({ httpGet: { path, port: "http" } });
  return {
    name: service.name,
    image: layout.deploy.image,
    args: service.args,
    env: [...server, ...service.env],
    ports: [{ name: "http", containerPort: ports.http }],
    resources: service.resources,
    startupProbe: { ...get("/health"), periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...get("/ready"), periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
    livenessProbe: { ...get("/health"), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    volumeMounts: [...service.mounts, ...apiAccess().mounts],
  };
}

/** Seconds that Kubernetes waits before it kills: what the service may take to stop, and some for slow nodes. */
export const graceSeconds = (...stepsMs: readonly number[]): number =>
  Math.ceil(stepsMs.reduce((sum, one) => sum + one, 0) / 1000) + 10;
