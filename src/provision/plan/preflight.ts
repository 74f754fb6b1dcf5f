import { Ca3Error } from "../../support/errors.ts";
import { askForMore, MACHINE_QUOTA_HINT } from "../aws-quotas.ts";
import type { CloudReader, Identity, PermissionCheck } from "../cloud.ts";
import type { ClusterSettings } from "../config.ts";
import { assetOf, digestOf, knownReleases } from "../k3s/releases.ts";
import type { Want } from "../model.ts";
import type { Survey } from "../survey.ts";
import { tag } from "../tags.ts";
import { settingWarnings } from "../want.ts";
import type { Change } from "./change.ts";
import { type Cost, costOf } from "./cost.ts";

/**
 * Whether a run could end well, as far as that can be asked before. Throws what is in the way, and answers with what is not,
 * and would still go wrong later.
 */
export async function preflight(
  cloud: CloudReader,
  settings: ClusterSettings,
  { want, seen, facts }: Survey,
  changes: readonly Change[],
): Promise<readonly string[]> {
  refuseUnknownRelease(settings);
  refuseOverBudget(settings, costOf(want.nodes));
  const warnings = settingWarnings(settings, facts.myAddress);
  const created = changes.filter(({ action }) => action === "create");
  const machines = want.nodes.filter(({ name }) =>
    changes.some(
      (one) =>
        one.component === "node" &&
        one.name === name &&
        (one.action === "create" || one.action === "replace"),
    ),
  );
  if (created.length === 0 && machines.length === 0) return warnings;
  const { imageId } = want.nodes[0]!;
  if (machines.length > 0) await refuseMissingImage(cloud, settings, imageId);
  const kinds = Map.groupBy(machines, ({ type, spot }) => `${type}${spot ? " spot" : ""}`);
  const [checks, addresses] = await Promise.all([
    cloud.permissions({
      imageId,
      machines: [...kinds.values()].map((some) => ({ ...some[0]!, count: some.length })),
      vpcId: seen.vpcs[0]?.id,
      tags: { ...want.tags, [tag.cluster]: want.cluster },
    }),
    cloud.addressQuota(),
  ]);
  refuseDenied(checks);
  const more = created.filter(({ component }) => component === "address").length;
  if (addresses.limit !== undefined && addresses.used + more > addresses.limit)
    throw new Ca3Error(
      "CA3_CLOUD_QUOTA",
      `${more} more elastic ${more === 1 ? "address is" : "addresses are"} needed, and ${addresses.used} of ${addresses.limit} are taken`,
      { hint: `release some (ca3 orphans), or ${askForMore("L-0263D0A3", addresses.used + more)}` },
    );
  return warnings;
}

async function refuseMissingImage(
  cloud: CloudReader,
  { ami, arch, region }: ClusterSettings,
  id: string,
): Promise<void> {
  if (id === "")
    throw new Ca3Error("CA3_CLOUD_REFUSED", `AWS names no Ubuntu 24.04 image for ${arch} in ${region}`, {
      hint: "set cluster.image.ami to one of the region",
    });
  if (ami !== "auto" && !(await cloud.imageExists(id)))
    throw new Ca3Error(
      "CA3_CONFIG",
      `cluster.image.ami: there is no image ${id} in ${region}, or no longer`,
      { hint: "set it to auto, or to an image of the region" },
    );
}

function refuseDenied(checks: readonly PermissionCheck[]): void {
  const of = (verdict: PermissionCheck["verdict"]) => checks.filter((one) => one.verdict === verdict);
  const denied = of("denied").map(({ action }) => action);
  if (denied.length > 0)
    throw new Ca3Error("CA3_CLOUD_DENIED", `these credentials may not use ${denied.join(", ")}`, {
      hint: "ask whoever runs the account for these permissions",
    });
  const [short] = [...of("quota"), ...of("capacity")];
  if (short === undefined) return;
  throw new Ca3Error(
    short.verdict === "quota" ? "CA3_CLOUD_QUOTA" : "CA3_CLOUD_CAPACITY",
    short.why ?? short.action,
    {
      hint: short.verdict === "quota" ? MACHINE_QUOTA_HINT : "choose another type or zone in ca3.yaml",
    },
  );
}

/** Throws CA3_CONFIG for a release whose SHA-256 nobody has said. */
export function refuseUnknownRelease({ k3sVersion, k3sSha256, k3sUrl, arch }: ClusterSettings): void {
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
    throw new Ca3Error(
      "CA3_BUDGET",
      `a budget is set, but there is no known price for ${unpriced.join(", ")}`,
      {
        hint: "choose a type with a known price, or remove cluster.budget.maxMonthlyUsd",
      },
    );
}

/** What was planned, in a file: a run with it does exactly that, or nothing. */
export type SavedPlan = {
  readonly schemaVersion: 1;
  readonly cluster: string;
  readonly region: string;
  readonly account: string;
  readonly changes: readonly Change[];
};

/** The content of the file that `ca3 plan --out` writes. */
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
