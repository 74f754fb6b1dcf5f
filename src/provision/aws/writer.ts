import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteKeyPairCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
  DisassociateAddressCommand,
  DisassociateRouteTableCommand,
  ImportKeyPairCommand,
  ModifySubnetAttributeCommand,
  ReleaseAddressCommand,
  ReplaceRouteCommand,
  type ResourceType,
  RevokeSecurityGroupIngressCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import type { Clock } from "../../support/clock.ts";
import type { CloudWriter } from "../cloud.ts";
import type { Tags } from "../model.ts";
import { soon, unless } from "./calls.ts";
import type { AwsClients } from "./clients.ts";
import { toPermissions, toSeenPermissions } from "./rules.ts";
import { startNode } from "./start-node.ts";

const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
export const tagging = (type: ResourceType, tags: Tags) => [{ ResourceType: type, Tags: tagList(tags) }];

/** EC2 as a `CloudWriter`. Every call that creates gives the tags with it. */
export function awsWriter({ writing: ec2 }: AwsClients, clock: Clock): CloudWriter {
  const one = <T>(doing: string, send: () => Promise<T>) => soon(doing, clock, send);
  const gone = (doing: string, send: () => Promise<unknown>) =>
    unless(["missing"], doing, clock, send).then(() => {});
  const there = (doing: string, send: () => Promise<unknown>) =>
    unless(["duplicate"], doing, clock, () => soon(doing, clock, send)).then(() => {});

  return {
    createVpc: (CidrBlock, tags) =>
      one(`cannot create the VPC ${CidrBlock}`, async () => {
        const { Vpc } = await ec2.send(
          new CreateVpcCommand({ CidrBlock, TagSpecifications: tagging("vpc", tags) }),
        );
        return { id: Vpc!.VpcId!, tags, cidr: CidrBlock };
      }),
    createSubnet: (VpcId, CidrBlock, AvailabilityZone, tags) =>
      one(`cannot create the subnet ${CidrBlock}`, async () => {
        const TagSpecifications = tagging("subnet", tags);
        const { Subnet } = await ec2.send(
          new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone, TagSpecifications }),
        );
        return { id: Subnet!.SubnetId!, tags, cidr: CidrBlock, zone: AvailabilityZone, vpcId: VpcId };
      }),
    givePublicAddresses: (SubnetId) =>
      one(`cannot let machines in ${SubnetId} have public addresses`, async () => {
        await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
      }),
    createGateway: (tags) =>
      one("cannot create the internet gateway", async () => {
        const TagSpecifications = tagging("internet-gateway", tags);
        const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({ TagSpecifications }));
        return { id: InternetGateway!.InternetGatewayId!, tags, vpcId: undefined };
      }),
    attachGateway: (InternetGatewayId, VpcId) =>
      there(`cannot attach ${InternetGatewayId} to ${VpcId}`, () =>
        ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId })),
      ),
    createRoutes: (VpcId, ClientToken, tags) =>
      one("cannot create the route table", async () => {
        const TagSpecifications = tagging("route-table", tags);
        const { RouteTable } = await ec2.send(
          new CreateRouteTableCommand({ VpcId, ClientToken, TagSpecifications }),
        );
        return { id: RouteTable!.RouteTableId!, tags, vpcId: VpcId, subnetIds: [], gatewayId: undefined };
      }),
    async setDefaultRoute(RouteTableId, GatewayId) {
      const route = { RouteTableId, GatewayId, DestinationCidrBlock: "0.0.0.0/0" };
      const doing = `cannot route ${RouteTableId} to ${GatewayId}`;
      const made = await unless(["duplicate"], doing, clock, () => ec2.send(new CreateRouteCommand(route)));
      if (made === undefined) await one(doing, () => ec2.send(new ReplaceRouteCommand(route)));
    },
    associateRoutes: (RouteTableId, SubnetId) =>
      there(`cannot give ${SubnetId} the routes ${RouteTableId}`, () =>
        ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId })),
      ),
    createGroup: (VpcId, GroupName, Description, tags) =>
      one(`cannot create the security group ${GroupName}`, async () => {
        const TagSpecifications = tagging("security-group", tags);
        const { GroupId } = await ec2.send(
          new CreateSecurityGroupCommand({ VpcId, GroupName, Description, TagSpecifications }),
        );
        return { id: GroupId!, tags, vpcId: VpcId, name: GroupName, rules: [] };
      }),
    async addRules(GroupId, rules, groupIds) {
      // one by one: a rule that is there already must not keep the others out
      for (const permission of toPermissions(rules, groupIds))
        await there(`cannot open ${GroupId}`, () =>
          ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission] })),
        );
    },
    async removeRules(GroupId, rules) {
      for (const permission of toSeenPermissions(rules))
        await gone(`cannot close ${GroupId}`, () =>
          ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission] })),
        );
    },
    importKey: (KeyName, publicKey, tags) =>
      one(`cannot import the key pair ${KeyName}`, async () => {
        const PublicKeyMaterial = Buffer.from(publicKey);
        const TagSpecifications = tagging("key-pair", tags);
        const { KeyPairId, KeyFingerprint } = await ec2.send(
          new ImportKeyPairCommand({ KeyName, PublicKeyMaterial, TagSpecifications }),
        );
        return { id: KeyPairId!, tags, name: KeyName, fingerprint: KeyFingerprint ?? "" };
      }),
    allocateAddress: (tags) =>
      one("cannot get an elastic address", async () => {
        const TagSpecifications = tagging("elastic-ip", tags);
        const { AllocationId, PublicIp } = await ec2.send(
          new AllocateAddressCommand({ Domain: "vpc", TagSpecifications }),
        );
        const none = { instanceId: undefined, associationId: undefined };
        return { id: AllocationId!, address: PublicIp!, tags, ...none };
      }),
    associateAddress: (AllocationId, InstanceId) =>
      one(`cannot give ${InstanceId} its address`, async () => {
        await ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId, AllowReassociation: true }));
      }),
    startNode: (node) => startNode(ec2, clock, node),
    terminateNodes: (ids) =>
      ids.length === 0
        ? Promise.resolve()
        : gone(`cannot terminate ${ids.join(", ")}`, () =>
            ec2.send(new TerminateInstancesCommand({ InstanceIds: [...ids] })),
          ),
    setTags: (ids, tags) =>
      one(`cannot tag ${ids.join(", ")}`, async () => {
        await ec2.send(new CreateTagsCommand({ Resources: [...ids], Tags: tagList(tags) }));
      }),
    removeTags: (ids, names) =>
      gone(`cannot untag ${ids.join(", ")}`, () =>
        ec2.send(new DeleteTagsCommand({ Resources: [...ids], Tags: names.map((Key) => ({ Key })) })),
      ),

    deleteVpc: (VpcId) => gone(`cannot delete ${VpcId}`, () => ec2.send(new DeleteVpcCommand({ VpcId }))),
    deleteSubnet: (SubnetId) =>
      gone(`cannot delete ${SubnetId}`, () => ec2.send(new DeleteSubnetCommand({ SubnetId }))),
    detachGateway: (InternetGatewayId, VpcId) =>
      gone(`cannot detach ${InternetGatewayId}`, () =>
        ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId })),
      ),
    deleteGateway: (InternetGatewayId) =>
      gone(`cannot delete ${InternetGatewayId}`, () =>
        ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId })),
      ),
    async deleteRoutes(RouteTableId) {
      const doing = `cannot delete ${RouteTableId}`;
      const found = await unless(["missing"], doing, clock, () =>
        ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] })),
      );
      for (const { RouteTableAssociationId, Main } of found?.RouteTables?.[0]?.Associations ?? [])
        if (RouteTableAssociationId && !Main)
          await gone(doing, () =>
            ec2.send(new DisassociateRouteTableCommand({ AssociationId: RouteTableAssociationId })),
          );
      await gone(doing, () => ec2.send(new DeleteRouteTableCommand({ RouteTableId })));
    },
    deleteGroup: (GroupId) =>
      gone(`cannot delete ${GroupId}`, () => ec2.send(new DeleteSecurityGroupCommand({ GroupId }))),
    deleteKey: (KeyName) =>
      gone(`cannot delete the key pair ${KeyName}`, () => ec2.send(new DeleteKeyPairCommand({ KeyName }))),
    async releaseAddress(AllocationId, AssociationId) {
      const doing = `cannot release ${AllocationId}`;
      if (AssociationId !== undefined)
        await gone(doing, () => ec2.send(new DisassociateAddressCommand({ AssociationId })));
      await gone(doing, () => ec2.send(new ReleaseAddressCommand({ AllocationId })));
    },
  };
}
