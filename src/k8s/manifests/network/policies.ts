import type { KubeObject } from "../../object.ts";
import type { Layout } from "../layout.ts";
import { appPolicies } from "./app.ts";
import { observerPolicies } from "./observers.ts";
import { platformPolicies } from "./platform.ts";
import { allowNames, denyAll } from "./policy.ts";

const closed = (namespace: string): KubeObject[] => [denyAll(namespace), allowNames(namespace)];

/** In each namespace: nothing goes in or out but what is needed. None when policies are switched off. */
export const policiesOf = (layout: Layout) => ({
  platform: policies(layout, () => [...closed(layout.namespaces.platform), ...platformPolicies(layout)]),
  app: policies(layout, () => [...closed(layout.namespaces.app), ...appPolicies(layout)]),
  monitoring: policies(layout, () => [
    ...closed(layout.namespaces.monitoring),
    ...closed(layout.namespaces.logging),
    ...observerPolicies(layout),
  ]),
});

const policies = ({ deploy }: Layout, make: () => KubeObject[]): KubeObject[] =>
  deploy.networkPolicies ? make() : [];
