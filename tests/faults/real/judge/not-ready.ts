import type { Child } from "../world/child.ts";
import { processorSlots } from "../world/stage.ts";
import type { World } from "../world/world.ts";

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 200;

/** Processors that do not say of themselves that they are ready, although everything is well, and what they say. */
export async function notReady(world: World): Promise<readonly string[]> {
  const deadlineMs = Date.now() + PATIENCE_MS;
  const answers = await Promise.all(
    processorSlots.map(async (slot) => {
      for (;;) {
        const answer = await ask(world.children.get(slot));
        if (answer === "ready") return [];
        if (Date.now() > deadlineMs) return [`${slot} is not ready: ${answer}`];
        await Bun.sleep(LOOK_EVERY_MS);
      }
    }),
  );
  return answers.flat();
}

/** One that serves no health says nothing about it. */
async function ask(child: Child | undefined): Promise<string> {
  if (!child?.opened) return "it is starting";
  const { url } = child;
  if (url === undefined) return "ready";
  try {
    const answer = await fetch(new URL("ready", url), { signal: AbortSignal.timeout(5_000) });
    return answer.ok ? "ready" : await answer.text();
  } catch (error) {
    return String(error);
  }
}
