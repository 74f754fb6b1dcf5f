import type { OpenCloud } from "../../provision/aws/cloud.ts";
import type { PlaceSettings } from "../../provision/config.ts";

/** EC2 in the region of the settings, with the profile's credentials. The library is loaded only now. */
export async function openCloudFor({ region, profile }: PlaceSettings): Promise<OpenCloud> {
  const [{ openCloud }, { systemClock }] = await Promise.all([
    import("../../provision/aws/cloud.ts"),
    import("../../support/clock.ts"),
  ]);
  return openCloud({ region, profile }, systemClock);
}
