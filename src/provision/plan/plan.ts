import { Ca3Error } from "../../support/errors.ts";
import type { Seen, Want } from "../model.ts";
import type { Survey } from "../survey.ts";
import { tag } from "../tags.ts";
import { type Change, isWork } from "./change.ts";
import { diffNetwork } from "./network.ts";
import { diffNodes } from "./nodes.ts";
import { diffStrangers } from "./strangers.ts";

/** The same with what else is in the VPC. */
export const planSurvey = ({ want, seen, strangers }: Survey): Change[] => [
  ...diffStrangers(want, seen, strangers),
  ...planCluster(want, seen),
];

/** What is to be done so that what is seen becomes what is wanted, in the order in which it is done. Pure. */
export function planCluster(want: Want, seen: Seen): Change[] {
  const changes = [...diffNetwork(want, seen), ...diffNodes(want, seen), ...diffProtection(want, seen)];
  const order: readonly Change["action"][] = ["blocked", "foreign"];
  return [
    ...changes.filter(({ action }) => order.includes(action)),
    ...changes.filter(({ action }) => !order.includes(action)),
  ];
}

function diffProtection({ protect }: Want, { vpcs: [vpc] }: Seen): Change[] {
  if (vpc === undefined || (vpc.tags[tag.protect] === "true") === protect) return [];
  const [from, to] = protect ? ["no", "yes"] : ["yes", "no"];
  return [
    {
      action: "change",
      component: "vpc",
      name: "vpc",
      id: vpc.id,
      fields: [{ field: "protected", from, to }],
    },
  ];
}

/** Whether a run has anything to do. */
export const hasWork = (changes: readonly Change[]): boolean => changes.some(isWork);

/** Throws CA3_CLOUD_CONFLICT when a run could not end well. */
export function refuseBlocked(changes: readonly Change[]): void {
  const blocked = changes.filter(({ action }) => action === "blocked");
  if (blocked.length === 0) return;
  const lines = blocked.map(({ name, id, why, fields = [] }) => {
    const what = fields
      .map(({ field, from, to }) => ` ${field} ${from ?? "none"} → ${to ?? "none"},`)
      .join("");
    return `${name}${id ? ` (${id})` : ""}:${what} ${why}`;
  });
  throw new Ca3Error("CA3_CLOUD_CONFLICT", lines.join("\n"), { hint: "ca3 plan" });
}

/**
 * The cluster that is meant among all that bear its name. Throws CA3_CLOUD_CONFLICT when there are two, or when a part
 * exists twice, which a hand must have done.
 */
export function onlyCluster(cluster: string, seen: Seen, uid?: string): Seen {
  const all = Object.values(seen).flat() as readonly { id: string; tags: Readonly<Record<string, string>> }[];
  const uids = [...new Set(all.map(({ tags }) => tags[tag.uid] ?? ""))].filter((one) => one !== "");
  const nobodys = all.filter(({ tags }) => !tags[tag.uid]).map(({ id }) => id);
  if (uid === undefined && nobodys.length > 0)
    throw new Ca3Error(
      "CA3_CLOUD_CONFLICT",
      `${nobodys.join(", ")}: carries ${tag.cluster}=${cluster} but no ${tag.uid}`,
      {
        hint: `if that tag was removed, set it back${uids[0] === undefined ? "" : ` to ${uids[0]}`}; if ca3 did not create it, remove ${tag.cluster} from it`,
      },
    );
  if (uid === undefined && uids.length > 1) throw severalClusters(cluster, uids, seen, all);
  const chosen = uid ?? uids[0];
  const ours = <T extends { tags: Readonly<Record<string, string>> }>(list: readonly T[]) =>
    list.filter(({ tags }) => tags[tag.uid] === chosen);
  const only: Seen = {
    vpcs: ours(seen.vpcs),
    subnets: ours(seen.subnets),
    gateways: ours(seen.gateways),
    routes: ours(seen.routes),
    groups: ours(seen.groups),
    keys: ours(seen.keys),
    addresses: ours(seen.addresses),
    nodes: ours(seen.nodes),
  };
  return only;
}

type Part = { readonly id: string; readonly tags: Readonly<Record<string, string>> };

/** Several clusters, or one of which a part bears an id that nobody made. */
function severalClusters(cluster: string, uids: readonly string[], { vpcs }: Seen, all: readonly Part[]) {
  const of = (uid: string) => all.filter(({ tags }) => tags[tag.uid] === uid);
  const whole = uids.filter((uid) => vpcs.some(({ tags }) => tags[tag.uid] === uid));
  const loose = uids.filter((uid) => !whole.includes(uid));
  if (whole.length === 1) {
    const parts = loose.flatMap((uid) => of(uid).map(({ id }) => `${id} (${uid})`));
    return new Ca3Error(
      "CA3_CLOUD_CONFLICT",
      `parts of ${cluster} carry another ${tag.uid} than its VPC, ${whole[0]}: ${parts.join(", ")}`,
      {
        hint: `if the tag was edited, set it back to ${whole[0]}; if they are left over, ca3 destroy --cluster ${cluster} --uid ${loose[0]}`,
      },
    );
  }
  const parts = uids.map((uid) => `${uid} (parts: ${of(uid).length})`);
  return new Ca3Error(
    "CA3_CLOUD_CONFLICT",
    `there are two clusters named ${cluster}: ${parts.join(" and ")}`,
    { hint: `name one with --uid ${uids[0]}, or destroy the one you do not want` },
  );
}

/** Parts of which there may be one only. */
export function refuseDoubles(cluster: string, seen: Seen): void {
  const singles = ["vpcs", "subnets", "gateways", "routes", "keys"] as const;
  for (const kind of singles) {
    const ids = seen[kind].map(({ id }) => id);
    if (ids.length > 1)
      throw new Ca3Error("CA3_CLOUD_CONFLICT", `${cluster} has several ${kind}: ${ids.join(", ")}`, {
        hint: "delete or untag the one that ca3 did not create",
      });
  }
}
