import { type _InstanceType, type EC2Client, RunInstancesCommand } from "@aws-sdk/client-ec2";
import type { Clock } from "../../support/clock.ts";
import type { NewNode } from "../cloud.ts";
import type { SeenNode } from "../model.ts";
import { call } from "./calls.ts";
import { toNode } from "./seen.ts";
import { tagging } from "./writer.ts";

/**
 * One machine in one call: its disk and its network interface get the tags with it. Its own credentials are out of reach
 * for pods: the metadata service asks for a session, and answers only one hop away.
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export function startNode(ec2: EC2Client, clock: Clock, new_: NewNode): Promise<SeenNode> {
  const { node, token, subnetId, groupId, keyName, userData, tags } = new_;
  return call(`cannot start the machine ${node.name} (${node.type})`, clock, async () => {
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ...{ ClientToken: token, MinCount: 1, MaxCount: 1, KeyName: keyName },
        ImageId: node.imageId,
        InstanceType: node.type as _InstanceType,
        NetworkInterfaces: [
          { DeviceIndex: 0, SubnetId: subnetId, Groups: [groupId], AssociatePublicIpAddress: true },
        ],
        BlockDeviceMappings: [
          {
            DeviceName: "/dev/sda1",
            Ebs: { VolumeSize: node.diskGb, VolumeType: "gp3", Encrypted: true, DeleteOnTermination: true },
          },
        ],
        MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1, HttpEndpoint: "enabled" },
        UserData: Buffer.from(userData).toString("base64"),
        ...(hasCredits(node.type) ? { CreditSpecification: { CpuCredits: node.credit } } : {}),
        ...(node.spot
          ? { InstanceMarketOptions: { MarketType: "spot", SpotOptions: { SpotInstanceType: "one-time" } } }
          : {}),
        TagSpecifications: [
          ...tagging("instance", tags),
          ...tagging("volume", tags),
          ...tagging("network-interface", tags),
        ],
      }),
    );
    return toNode(Instances![0]!);
  });
}

/** Only types that save up processor time know credits. */
const hasCredits = (type: string): boolean => /^t\d/.test(type);
