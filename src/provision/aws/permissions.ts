import {
  type _InstanceType,
  AllocateAddressCommand,
  CreateInternetGatewayCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  type EC2Client,
  ImportKeyPairCommand,
  type ResourceType,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import type { Clock } from "../../support/clock.ts";
import type { PermissionCheck, Trial } from "../cloud.ts";
import { call } from "./calls.ts";
import { failureOf } from "./failures.ts";
import { tagging } from "./writer.ts";

type Tried = { readonly action: string; send(client: EC2Client): Promise<unknown> };

/**
 * The calls that can be tried before anything exists. AWS answers a dry run with an error either way: DryRunOperation
 * when it would have gone through, UnauthorizedOperation when not. They bear the tags that the real ones do, since
 * permissions may depend on them; calls on things that are not there yet would be refused for that, and are not tried.
 */
function tries({ imageId, machines, vpcId, tags }: Trial): readonly Tried[] {
  const dry = (type: ResourceType) => ({ DryRun: true, TagSpecifications: tagging(type, tags) });
  const inVpc: Tried[] =
    vpcId === undefined
      ? []
      : [
          {
            action: "ec2:CreateSubnet",
            send: (ec2) =>
              ec2.send(new CreateSubnetCommand({ ...dry("subnet"), VpcId: vpcId, CidrBlock: "10.0.0.0/28" })),
          },
          {
            action: "ec2:CreateRouteTable",
            send: (ec2) => ec2.send(new CreateRouteTableCommand({ ...dry("route-table"), VpcId: vpcId })),
          },
          {
            action: "ec2:CreateSecurityGroup",
            send: (ec2) =>
              ec2.send(
                new CreateSecurityGroupCommand({
                  ...dry("security-group"),
                  ...{ VpcId: vpcId, GroupName: "ca3-permission", Description: "tried and not created" },
                }),
              ),
          },
        ];
  return [
    {
      action: "ec2:CreateVpc",
      send: (ec2) => ec2.send(new CreateVpcCommand({ ...dry("vpc"), CidrBlock: "10.0.0.0/16" })),
    },
    {
      action: "ec2:CreateInternetGateway",
      send: (ec2) => ec2.send(new CreateInternetGatewayCommand(dry("internet-gateway"))),
    },
    {
      action: "ec2:AllocateAddress",
      send: (ec2) => ec2.send(new AllocateAddressCommand({ ...dry("elastic-ip"), Domain: "vpc" })),
    },
    {
      action: "ec2:ImportKeyPair",
      send: (ec2) =>
        ec2.send(
          new ImportKeyPairCommand({
            ...dry("key-pair"),
            KeyName: "ca3-permission",
            PublicKeyMaterial: Buffer.from(PROBE_KEY),
          }),
        ),
    },
    ...inVpc,
    ...machines.map(
      ({ type, count, spot }): Tried => ({
        action: `ec2:RunInstances (${count} × ${type})`,
        send: (ec2) =>
          ec2.send(
            new RunInstancesCommand({
              ...dry("instance"),
              ...{ ImageId: imageId, MinCount: count, MaxCount: count, InstanceType: type as _InstanceType },
              ...(spot ? { InstanceMarketOptions: { MarketType: "spot" } } : {}),
            }),
          ),
      }),
    ),
  ];
}

/** Any well-formed public key: it is checked, and not kept. */
const PROBE_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/**
 * Tries every call that a run would make as a dry run, all at once. Throws when AWS cannot be reached or refuses the
 * credentials; a missing permission is an answer.
 */
export async function permissionsOf(ec2: EC2Client, clock: Clock, trial: Trial): Promise<PermissionCheck[]> {
  return Promise.all(
    tries(trial).map(async ({ action, send }) => {
      try {
        await call(`${action} would be refused`, clock, () => send(ec2));
        return { action, verdict: "allowed" } as const;
      } catch (error) {
        const failure = failureOf((error as Error).cause);
        if (failure === "credentials" || failure === "unknown-outcome" || failure === undefined) throw error;
        if (failure !== "denied" && failure !== "quota" && failure !== "capacity")
          return { action, verdict: "allowed" } as const;
        return { action, verdict: failure, why: (error as Error).message };
      }
    }),
  );
}
