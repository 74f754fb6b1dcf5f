import {
  type _InstanceType,
  AllocateAddressCommand,
  CreateInternetGatewayCommand,
  CreateVpcCommand,
  type EC2Client,
  ImportKeyPairCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import type { Clock } from "../../support/clock.ts";
import type { PermissionCheck } from "../cloud.ts";
import { call } from "./calls.ts";
import { failureOf } from "./failures.ts";

type Tried = { readonly action: string; send(client: EC2Client): Promise<unknown> };

/**
 * The calls that can be tried before anything exists. AWS answers a dry run with an error either way: DryRunOperation
 * when it would have gone through, UnauthorizedOperation when not.
 */
const tries = (imageId: string, type: string): readonly Tried[] => {
  const DryRun = true;
  return [
    {
      action: "ec2:CreateVpc",
      send: (ec2) => ec2.send(new CreateVpcCommand({ DryRun, CidrBlock: "10.0.0.0/16" })),
    },
    {
      action: "ec2:CreateInternetGateway",
      send: (ec2) => ec2.send(new CreateInternetGatewayCommand({ DryRun })),
    },
    {
      action: "ec2:AllocateAddress",
      send: (ec2) => ec2.send(new AllocateAddressCommand({ DryRun, Domain: "vpc" })),
    },
    {
      action: "ec2:ImportKeyPair",
      send: (ec2) =>
        ec2.send(
          new ImportKeyPairCommand({
            DryRun,
            KeyName: "ca3-permission",
            PublicKeyMaterial: Buffer.from(PROBE_KEY),
          }),
        ),
    },
    {
      action: "ec2:RunInstances",
      send: (ec2) =>
        ec2.send(
          new RunInstancesCommand({
            ...{ DryRun, ImageId: imageId, MinCount: 1, MaxCount: 1 },
            InstanceType: type as _InstanceType,
          }),
        ),
    },
  ];
};

/** Any well-formed public key: it is checked, and not kept. */
const PROBE_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

export async function permissionsOf(
  ec2: EC2Client,
  clock: Clock,
  { imageId, type }: { readonly imageId: string; readonly type: string },
): Promise<PermissionCheck[]> {
  return Promise.all(
    tries(imageId, type).map(async ({ action, send }) => {
      try {
        await call(`cannot try ${action}`, clock, () => send(ec2));
        return { action, allowed: true };
      } catch (error) {
        const failure = failureOf((error as Error).cause);
        if (failure === "credentials" || failure === "unknown-outcome") throw error;
        return { action, allowed: failure !== "denied" };
      }
    }),
  );
}
