import { Ca3Error } from "../../support/errors.ts";
import type { Zone } from "../cloud.ts";

/**
 * The zone for the subnet: the one that is asked for, the one that is in use, or the first by name that offers every
 * machine type. Throws CA3_CLOUD_CAPACITY that names what lacks where.
 */
export function chooseZone(
  zones: readonly Zone[],
  types: readonly string[],
  { wanted, current }: { readonly wanted: string; readonly current?: string | undefined },
): string {
  const lacking = ({ types: offered }: Zone) => types.filter((type) => !offered.has(type));
  const name = wanted === "auto" ? current : wanted;
  if (name !== undefined) {
    const zone = zones.find((one) => one.name === name || one.id === name);
    if (zone === undefined)
      throw new Ca3Error("CA3_CONFIG", `cluster.aws.zone: there is no zone ${name} in this region`, {
        hint: `choose one of ${zones.map((one) => one.name).join(", ")}, or auto`,
      });
    const missing = lacking(zone);
    if (missing.length > 0)
      throw new Ca3Error("CA3_CLOUD_CAPACITY", `${zone.name} does not offer ${missing.join(", ")}`, {
        hint: hintFor(zones.filter((one) => lacking(one).length === 0)),
      });
    return zone.name;
  }
  const fitting = zones.find((zone) => lacking(zone).length === 0);
  if (fitting !== undefined) return fitting.name;
  const nowhere = types.filter((type) => !zones.some((zone) => zone.types.has(type)));
  throw new Ca3Error(
    "CA3_CLOUD_CAPACITY",
    nowhere.length > 0
      ? `no zone of this region offers ${nowhere.join(", ")}`
      : `no zone of this region offers all of ${types.join(", ")}`,
    { hint: "choose other machine types or another region in ca3.yaml" },
  );
}

const hintFor = (fitting: readonly Zone[]): string =>
  fitting.length === 0
    ? "choose other machine types in ca3.yaml"
    : `set cluster.aws.zone to ${fitting.map(({ name }) => name).join(" or ")}, or to auto`;
