import { serverSettings } from "../../../http/config.ts";
import { producerSettings } from "../../../producer/config.ts";
import type { Layout } from "../layout.ts";
import type { Volume } from "../pod.ts";
import { apiAccess, kafkaConnection } from "./connections.ts";
import { graceSeconds } from "./service-container.ts";

/** Seconds to wait for a producer that sends what it has read and then ends. */
export const producerGraceS = ({ wish }: Layout): number =>
  graceSeconds(
    wish.given.producer.flushTimeoutMs ?? producerSettings.flushTimeoutMs.default,
    wish.given.server.shutdownGraceMs ?? serverSettings.shutdownGraceMs.default,
  );

/** What every producer mounts. */
export const producerVolumes = (layout: Layout, more: readonly Volume[] = []): Volume[] => [
  ...kafkaConnection(layout).volumes,
  ...apiAccess().volumes,
  ...more,
];
