import type { SeenSubnet, Want } from "../model.ts";
import type { Site } from "../run/site.ts";
import { clientToken, tagsFor } from "../tags.ts";
import { ownerOf } from "./owner.ts";

/** Gateway, subnet and routes: the way out. */
export async function ensureNetwork(site: Site, want: Want, vpcId: string): Promise<SeenSubnet> {
  const owner = ownerOf(site, want);
  const { cloud } = site;

  const gateway = await site.ensure(
    "gateways",
    ({ gateways }) => gateways[0],
    { component: "gateway", name: "gateway" },
    () => cloud.createGateway(tagsFor(owner, "gateway")),
  );
  if (gateway.vpcId === undefined) {
    site.goOn();
    await cloud.attachGateway(gateway.id, vpcId);
  }

  const known = site.seen.subnets[0];
  const subnet = await site.ensure(
    "subnets",
    ({ subnets }) => subnets[0],
    { component: "subnet", name: "subnet" },
    () => cloud.createSubnet(vpcId, want.subnetCidr, want.zone, tagsFor(owner, "subnet")),
  );
  if (known === undefined) await cloud.givePublicAddresses(subnet.id);

  // of this run only: the token of an earlier one may belong to a table that was deleted since
  const token = clientToken(owner.uid, "routes", 1, site.run);
  const routes = await site.ensure(
    "routes",
    (seen) => seen.routes[0],
    { component: "routes", name: "routes" },
    () => cloud.createRoutes(vpcId, token, tagsFor(owner, "routes")),
  );
  site.goOn();
  if (routes.gatewayId !== gateway.id) await cloud.setDefaultRoute(routes.id, gateway.id);
  if (!routes.subnetIds.includes(subnet.id)) await cloud.associateRoutes(routes.id, subnet.id);
  return subnet;
}
