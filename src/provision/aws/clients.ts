import { EC2Client } from "@aws-sdk/client-ec2";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

export type AwsAccess = {
  readonly region: string;
  readonly profile?: string | undefined;
  /** Of an emulator; else AWS's own, or what `AWS_ENDPOINT_URL` says. */
  readonly endpoint?: string;
};

/** One client per service. Endpoints and credentials come from where every AWS tool looks for them. */
export type AwsClients = {
  /** For messages. */
  readonly profile: string | undefined;
  /** Repeats by itself: a call that only reads may be made twice. */
  readonly reading: EC2Client;
  /** Never repeats: whether a call that creates was carried out is found out by its tags. */
  readonly writing: EC2Client;
  readonly sts: STSClient;
  readonly ssm: SSMClient;
  close(): void;
};

const READ_ATTEMPTS = 5;
const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;

/** The AWS clients of one region and profile; nothing is sent yet. */
export function openAws({ region, profile, endpoint }: AwsAccess): AwsClients {
  const common = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true },
  };
  const reading = new EC2Client({ ...common, maxAttempts: READ_ATTEMPTS });
  const writing = new EC2Client({ ...common, maxAttempts: 1 });
  const sts = new STSClient({ ...common, maxAttempts: READ_ATTEMPTS });
  const ssm = new SSMClient({ ...common, maxAttempts: READ_ATTEMPTS });
  return {
    ...{ profile, reading, writing, sts, ssm },
    close: () => {
      for (const client of [reading, writing, sts, ssm]) client.destroy();
    },
  };
}
