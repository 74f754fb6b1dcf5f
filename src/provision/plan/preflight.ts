import { Ca3Error } from "../../support/errors.ts";
import type { CloudReader, Identity } from "../cloud.ts";
import type { ClusterSettings } from "../config.ts";
import { assetOf, digestOf, knownReleases } from "../k3s/releases.ts";
import type { Want } from "../model.ts";
import type { Change } from "./change.ts";
import { type Cost, costOf } from "./cost.ts";

/** Whether a run could end well, as far as that can be asked before. Throws with everything that is in the way. */
export async function preflight(
  cloud: CloudReader,
  settings: ClusterSettings,
  want: Want,
  changes: readonly Change[],
): Promise<void> {
  refuseUnknownRelease(settings);
  refuseOverBudget(settings, costOf(want.nodes));
  const creates = (component: Change["component"]) =>
    changes.filter((one) => one.component === component && one.action === "create").length;
  if (changes.every(({ action }) => action !== "create")) return;
  const first = want.nodes[0]!;
  const [permissions, addresses] = await Promise.all([
    cloud.permissions({ imageId: first.imageId, type: first.type }),
    cloud.addressQuota(),
  ]);
  const denied = permissions.filter(({ allowed }) => !allowed).map(({ action }) => action);
  if (denied.length > 0)
    throw new Ca3Error("CA3_CLOUD_DENIED", `these credentials may not use ${denied.join(", ")}`, {
      hint: "ask whoever runs the account for these permissions",
    });
  const more = creates("address");
  if (addresses.limit !== undefined && addresses.used + more > addresses.limit)
    throw new Ca3Error(
      "CA3_CLOUD_QUOTA",
      `${more} elastic addresses are needed, and ${addresses.used} of ${addresses.limit} are taken`,
      { hint: "release some, or ask AWS for more of EC2-VPC Elastic IPs" },
    );
}

function refuseUnknownRelease({ k3sVersion, k3sSha256, k3sUrl, arch }: ClusterSettings): void {
  if (k3sSha256 !== undefined || digestOf(k3sVersion, arch) !== undefined) return;
  const known = knownReleases(arch);
  throw new Ca3Error(
    "CA3_CONFIG",
    `cluster.k3s.version: the SHA-256 of ${k3sVersion} for ${arch} is not known`,
    {
      hint:
        `set cluster.k3s.sha256 to that of ${assetOf(arch)} in ${k3sUrl}/${encodeURIComponent(k3sVersion)}/sha256sum-${arch}.txt` +
        (known.length === 0 ? "" : `, or choose ${known.join(", ")}`),
    },
  );
}

function refuseOverBudget({ maxMonthlyUsd }: ClusterSettings, { monthlyUsd, unpriced }: Cost): void {
  if (maxMonthlyUsd === undefined) return;
  if (monthlyUsd > maxMonthlyUsd)
    throw new Ca3Error(
      "CA3_BUDGET",
      `the cluster would cost $${monthlyUsd.toFixed(2)} a month, and cluster.budget.maxMonthlyUsd is $${maxMonthlyUsd}`,
      { hint: "make it smaller, or raise the budget" },
    );
  if (unpriced.length > 0)
    throw new Ca3Error("CA3_BUDGET", `there is a budget, and no known price of ${unpriced.join(", ")}`, {
      hint: "choose a type with a known price, or remove cluster.budget.maxMonthlyUsd",
    });
}

/** What was planned, in a file: a run with it does exactly that, or nothing. */
export type SavedPlan = {
  readonly schemaVersion: 1;
  readonly cluster: string;
  readonly region: string;
  readonly account: string;
  readonly changes: readonly Change[];
};

export const savedPlan = (want: Want, { account }: Identity, changes: readonly Change[]): SavedPlan => ({
  ...{ schemaVersion: 1, cluster: want.cluster, region: want.region, account, changes },
});

/** Throws CA3_PLAN_STALE when what would be done now is not what the file says. */
export function refuseStale(saved: unknown, now: SavedPlan): void {
  if (JSON.stringify(saved) === JSON.stringify(now)) return;
  throw new Ca3Error("CA3_PLAN_STALE", "what would be done now differs from what was planned", {
    hint: "ca3 plan --out FILE, look at it, and use that file",
  });
}
