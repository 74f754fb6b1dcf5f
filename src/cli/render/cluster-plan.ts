import type { Identity } from "../../provision/cloud.ts";
import type { Seen, Want } from "../../provision/model.ts";
import { type Change, type FieldChange, marks } from "../../provision/plan/change.ts";
import { type Cost, costOf } from "../../provision/plan/cost.ts";
import { liveNodes } from "../../provision/plan/nodes.ts";
import { PRICES_AS_OF, PRICES_REGION } from "../../provision/plan/prices.ts";
import type { Facts } from "../../provision/want.ts";
import { formatBytes } from "../../support/format.ts";

export type PlanView = {
  readonly want: Want;
  readonly seen: Seen;
  readonly identity: Identity;
  readonly facts: Pick<Facts, "machineTypes">;
  readonly changes: readonly Change[];
  readonly warnings: readonly string[];
};

/** The machines that run cost as much as those of the settings, as far as their disks are known. */
const costNow = ({ want, seen }: Pick<PlanView, "want" | "seen">): Cost =>
  costOf(
    liveNodes(seen).map(({ type, name }) => ({
      type,
      diskGb: want.nodes.find((node) => node.name === name)?.diskGb ?? 20,
    })),
  );

/** A plan as people read it: what, to what, why; then counts and cost. */
export function planText(view: PlanView): string {
  const { want, identity, changes, warnings } = view;
  const lines = changes.map(changeText);
  return [
    `cluster ${want.cluster} in ${want.region}, ${want.zone}, account ${identity.account}`,
    "",
    ...(lines.length === 0 ? ["nothing to do: everything is as ca3.yaml says"] : lines),
    "",
    ...(lines.length === 0 ? [] : [countText(changes)]),
    sizeText(view),
    costText(costNow(view), costOf(want.nodes)),
    ...(warnings.length === 0 ? [] : ["", ...warnings.map((text) => `  ! ${text}`)]),
  ].join("\n");
}

/** What the quota of an account counts. */
function sizeOf({ want, facts }: PlanView): { machines: number; vcpus: number; memoryMib: number } {
  const types = want.nodes.map(({ type }) => facts.machineTypes.find(({ name }) => name === type));
  const sum = (of: "vcpus" | "memoryMib") => types.reduce((total, type) => total + (type?.[of] ?? 0), 0);
  return { machines: want.nodes.length, vcpus: sum("vcpus"), memoryMib: sum("memoryMib") };
}

function sizeText(view: PlanView): string {
  const { machines, vcpus, memoryMib } = sizeOf(view);
  return `size: ${machines} ${machines === 1 ? "machine" : "machines"}, ${vcpus} vCPUs, ${formatBytes(memoryMib * 1024 ** 2)} of memory`;
}

function changeText({ action, name, id, fields = [], why }: Change): string {
  const head = `  ${marks[action].padStart(3)} ${name}${id ? ` (${id})` : ""}`;
  const details = fields.length <= 3 ? [fields.map(fieldText).join(", ")] : fields.map(fieldText);
  const single = details.length === 1 ? details[0] : "";
  const isWorked = action === "replace" || action === "delete" || action === "change";
  const reason = why ? [`${isWorked ? "" : `${action}: `}${why}`] : [];
  const tail = [single, ...reason].filter((text) => text !== "").join("; ");
  const below = details.length > 1 ? details.map((text) => `\n        ${text}`).join("") : "";
  return `${head.padEnd(28)}${tail === "" ? "" : ` ${tail}`}${below}`.trimEnd();
}

function fieldText({ field, from, to }: FieldChange): string {
  if (from === undefined) return `${field} ${to ?? ""}`.trim();
  return to === undefined ? `no more ${field} ${from}` : `${field} ${from} → ${to}`;
}

function countText(changes: readonly Change[]): string {
  const count = (action: Change["action"]) => changes.filter((one) => one.action === action).length;
  const told = (["create", "change", "replace", "delete"] as const).map((one) => `${count(one)} to ${one}`);
  const not = count("blocked");
  const drift = count("drift");
  const foreign = count("foreign");
  return [
    ...told,
    ...(not > 0 ? [`${not} in the way`] : []),
    ...(drift > 0 ? [`${drift} adrift`] : []),
    ...(foreign > 0 ? [`${foreign} foreign`] : []),
  ].join(", ");
}

function costText(now: Cost, planned: Cost): string {
  const month = ({ monthlyUsd }: Cost) => `$${monthlyUsd.toFixed(2)}`;
  const same = month(now) === month(planned);
  const unpriced = planned.unpriced.length === 0 ? "" : `; no price known of ${planned.unpriced.join(", ")}`;
  return (
    `cost: ${same ? "" : `${month(now)} → `}${month(planned)} a month, $${planned.hourlyUsd.toFixed(4)} an hour ` +
    `(machines, disks, addresses; list prices of ${PRICES_REGION}, ${PRICES_AS_OF}${unpriced})`
  );
}

export const planJson = (view: PlanView): string =>
  JSON.stringify({
    schemaVersion: 1,
    cluster: view.want.cluster,
    region: view.want.region,
    zone: view.want.zone,
    account: view.identity.account,
    changes: view.changes,
    size: sizeOf(view),
    warnings: view.warnings,
    cost: { now: costNow(view), planned: costOf(view.want.nodes), pricesAsOf: PRICES_AS_OF },
  });
