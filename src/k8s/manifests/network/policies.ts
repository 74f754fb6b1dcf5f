import type { KubeObject } from "../../object.ts";
import type { Layout } from "../layout.ts";
import { appPolicies } from "./app.ts";
import { observerPolicies } from "./observers.ts";
import { operatorPolicies } from "./operators.ts";
import { platformPolicies } from "./platform.ts";
import { closed } from "./policy.ts";

/** In each namespace: nothing goes in or out but what is needed. None when policies are switched off. */
export const policiesOf = (layout: Layout) => ({
  platform: policies(layout, () => [...closed(layout.namespaces.platform), ...platformPolicies(layout)]),
  app: policies(layout, () => [...closed(layout.namespaces.app), ...appPolicies(layout)]),
  monitoring: policies(layout, () => [
    ...(layout.monitoring || layout.logs ? observerPolicies(layout) : []),
    ...operatorPolicies(layout),
  ]),
});

const policies = ({ deploy }: Layout, make: () => KubeObject[]): KubeObject[] =>
  deploy.networkPolicies ? make() : [];
