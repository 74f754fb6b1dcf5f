import type { Identity } from "../../provision/cloud.ts";
import type { Seen, Want } from "../../provision/model.ts";
import { type Change, type FieldChange, marks } from "../../provision/plan/change.ts";
import { type Cost, costOf } from "../../provision/plan/cost.ts";
import { liveNodes } from "../../provision/plan/nodes.ts";
import { PRICES_AS_OF, PRICES_REGION } from "../../provision/plan/prices.ts";

export type PlanView = {
  readonly want: Want;
  readonly seen: Seen;
  readonly identity: Identity;
  readonly changes: readonly Change[];
};

/** The machines that run cost as much as those of the settings, as far as their disks are known. */
export const costNow = ({ want, seen }: Pick<PlanView, "want" | "seen">): Cost =>
  costOf(
    liveNodes(seen).map(({ type, name }) => ({
      type,
      diskGb: want.nodes.find((node) => node.name === name)?.diskGb ?? 20,
    })),
  );

/** A plan as people read it: what, to what, why; then counts and cost. */
export function planText(view: PlanView): string {
  const { want, identity, changes } = view;
  const lines = changes.map(changeText);
  return [
    `cluster ${want.cluster} in ${want.region}, ${want.zone}, account ${identity.account}`,
    "",
    ...(lines.length === 0 ? ["nothing to do: everything is as ca3.yaml says"] : lines),
    "",
    ...(lines.length === 0 ? [] : [countText(changes)]),
    costText(costNow(view), costOf(want.nodes)),
  ].join("\n");
}

function changeText({ action, name, id, fields = [], why }: Change): string {
  const head = `  ${marks[action].padStart(3)} ${name}${id ? ` (${id})` : ""}`;
  const details = fields.length <= 3 ? [fields.map(fieldText).join(", ")] : fields.map(fieldText);
  const single = details.length === 1 ? details[0] : "";
  const reason = why ? [`${action === "replace" || action === "delete" ? "" : `${action}: `}${why}`] : [];
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
  const not = count("blocked") + count("foreign");
  const drift = count("drift");
  return [...told, ...(not > 0 ? [`${not} in the way`] : []), ...(drift > 0 ? [`${drift} adrift`] : [])].join(
    ", ",
  );
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
    cost: { now: costNow(view), planned: costOf(view.want.nodes), pricesAsOf: PRICES_AS_OF },
  });
