import type { KubeObject } from "../../object.ts";
import { bootstrapServers, KAFKA, MONGO, ports } from "../addresses.ts";
import { GPU_NODES } from "../app/gpu-nodes.ts";
import { PROCESSOR } from "../app/processor.ts";
import { PRODUCERS } from "../app/producers.ts";
import { SCRAPER } from "../app/scraper.ts";
import type { Layout } from "../layout.ts";
import { KAFKA_SETUP } from "../setup/names.ts";
import { allow, anywhere, type Peer, podsIn, podsOf, type Rule, tcp } from "./policy.ts";

/** Services answer Prometheus and talk to Kafka, the processor to MongoDB as well, the scraper to what it reads. */
export function appPolicies(layout: Layout): KubeObject[] {
  const { namespaces, deploy } = layout;
  const scraped = { peers: [podsIn(namespaces.monitoring)], ports: tcp(ports.http) };
  const asked: Rule[] = [
    ...(deploy.apiClients ?? []).map((name) => ({ peers: [podsIn(name)], ports: tcp(ports.http) })),
    ...fromApiServer(layout, ports.http),
  ];
  const kafka = kafkaRule(layout);
  const service = (name: string, ingress: readonly Rule[], egress: readonly Rule[]) =>
    allow({ name, namespace: namespaces.app, of: name, ingress, egress });
  return [
    service(PROCESSOR, [scraped, ...asked], [kafka, mongoRule(layout)]),
    ...(layout.producers ? [service(PRODUCERS, [scraped], [kafka])] : []),
    ...(layout.scraper ? [service(SCRAPER, [scraped], [kafka, endpointRule(layout)])] : []),
    ...(layout.gpu ? [service(GPU_NODES, [scraped], [kafka])] : []),
    ...(layout.kafka
      ? []
      : [allow({ name: KAFKA_SETUP, namespace: namespaces.app, of: KAFKA_SETUP, egress: [kafka] })]),
  ];
}

/** The API server forwards requests of people and of `ca3 verify`; it comes from addresses of its nodes. */
export function fromApiServer({ cluster }: Layout, ...numbers: readonly number[]): Rule[] {
  const peers = cluster.apiServerAddresses.map(
    (address): Peer => ({ ipBlock: { cidr: `${address}/${address.includes(":") ? 128 : 32}` } }),
  );
  return peers.length === 0 ? [] : [{ peers, ports: tcp(...numbers) }];
}

function kafkaRule(layout: Layout): Rule {
  if (layout.kafka) return { peers: [podsOf(KAFKA, layout.namespaces.platform)], ports: tcp(ports.kafka) };
  const numbers = bootstrapServers(layout).map((address) => Number(address.split(":").at(-1)));
  return { peers: anywhere, ports: tcp(...new Set(numbers)) };
}

/** A database elsewhere listens on one of the usual ports; its address is in a Secret. */
function mongoRule({ mongo, namespaces }: Layout): Rule {
  return mongo
    ? { peers: [podsOf(MONGO, namespaces.platform)], ports: tcp(ports.mongo) }
    : { peers: anywhere, ports: tcp(27_015, 27_016, 27_017) };
}

function endpointRule({ wish }: Layout): Rule {
  const { vllmUrls = [], dcgmUrls = [] } = wish.given.producer;
  const numbers = [...vllmUrls, ...dcgmUrls].map((text) => {
    const url = new URL(text);
    return url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  });
  return { peers: anywhere, ports: tcp(...new Set(numbers.sort((a, b) => a - b))) };
}
