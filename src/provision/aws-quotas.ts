/** Quotas by the code that AWS knows them by. Source: https://docs.aws.amazon.com/general/latest/gr/ec2-service.html */
export const askForMore = (code: string, wanted: number | "N"): string =>
  `ask AWS for more: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code ${code} --desired-value ${wanted}`;

/** vCPUs that run at the same time; AWS says how many there may be only when a machine starts. */
export const MACHINE_QUOTA_HINT = `make the cluster smaller in ca3.yaml, or ${askForMore("L-1216C47A", "N")} (vCPUs of the usual types; L-DB2E81BA for G types, L-34B43A08 for spot)`;
