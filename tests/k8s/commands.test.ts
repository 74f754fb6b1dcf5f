import { startApiServer } from "../cluster/kit/api-server.ts";
import { withService } from "../services/require.ts";
import { commandSuite } from "./suites/commands.ts";
import { helmHereSuite } from "./suites/helm-here.ts";

// A cluster of its own: the commands work on all parts, and would find what other tests have deployed.
await withService(
  "kubernetes-api",
  () => startApiServer({ controllers: true }),
  (api) => {
    commandSuite(api);
    helmHereSuite(api);
  },
);
