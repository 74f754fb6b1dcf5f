import type { TunnelFacts } from "../../support/tunnel-facts.ts";
import type { Surroundings } from "../config-file.ts";

/**
 * Opens the tunnel that a context of the kubeconfig names: finds the control plane by its tags, signs in, and answers with
 * the URL of the tunnel's end. It goes with this process. Everything it needs is loaded only when a context asks for it.
 */
export const tunnelOpener =
  ({ env, cwd, given }: Surroundings) =>
  async ({ cluster, region, uid, api }: TunnelFacts): Promise<string> => {
    const [{ configured }, { awsClusterSettings }, { openApiTunnel }] = await Promise.all([
      import("../configured.ts"),
      import("../../provision/config.ts"),
      import("./api-tunnel.ts"),
    ]);
    // the flags of the command are about other things; only the file that it reads is the same
    const file = given["config"] === undefined ? {} : { config: given["config"] };
    const around = { env, cwd, given: file };
    const settings = await configured(awsClusterSettings, around);
    const place = { ...settings, name: cluster, region };
    const { port } = await openApiTunnel(around, place, { uid, api, port: 0, onTrouble: () => {} });
    return `https://127.0.0.1:${port}`;
  };
