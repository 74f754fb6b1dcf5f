import { Registry } from "prom-client";

/** A registry that lets collectors fill in their figures before it prints. */
export function collectingRegistry(collectors: ReadonlySet<() => void | Promise<void>>): Registry {
  class CollectingRegistry extends Registry {
    override async metrics(): Promise<string> {
      await Promise.allSettled([...collectors].map(async (collect) => collect()));
      return super.metrics();
    }
  }
  return new CollectingRegistry();
}
