import type { Clock } from "../../support/clock.ts";
import type { Cloud } from "../cloud.ts";
import { type AwsAccess, openAws } from "./clients.ts";
import { awsReader } from "./reader.ts";
import { awsWriter } from "./writer.ts";

export type OpenCloud = Cloud & { close(): void };

/** EC2 in one region, with the credentials of the environment or of a profile. Nothing is asked for yet. */
export function openCloud(access: AwsAccess, clock: Clock): OpenCloud {
  const clients = openAws(access);
  return {
    ...awsReader(clients, access.region, clock),
    ...awsWriter(clients, clock),
    close: () => clients.close(),
  };
}
