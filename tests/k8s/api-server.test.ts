import { startApiServer } from "../cluster/kit/api-server.ts";
import { withService } from "../services/require.ts";
import { accessSuite } from "./suites/access.ts";
import { lockSuite } from "./suites/locks.ts";
import { objectSuite } from "./suites/objects.ts";
import { secretsSuite } from "./suites/secrets.ts";
import { watchSuite } from "./suites/watches.ts";

await withService("kubernetes-api", startApiServer, (api) => {
  objectSuite(api);
  accessSuite(api);
  watchSuite(api);
  secretsSuite(api);
  lockSuite(api);
});
