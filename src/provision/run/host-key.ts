import { readHostKey, replaceHostKey } from "../remote/prepare.ts";
import { newKeyPair, withoutComment } from "../ssh/keys.ts";
import { hostName, tag } from "../tags.ts";
import type { Machine } from "./machine.ts";

const BACK_WITHIN_MS = 60_000;

/**
 * The key that the machine was made with is replaced once. Until the tag says the new one, both are right, so that a run
 * that is cut off anywhere in here can be gone on with: the machine is asked which of the two it has, since a third one
 * would be known to nobody if this run were cut off as well.
 */
export async function rotateHostKey(machine: Machine): Promise<void> {
  const { site, machine: seen, settings } = machine.parts;
  const tags = () => site.seen.nodes.find(({ id }) => id === seen.id)?.tags ?? seen.tags;
  const announced = tags()[tag.nextHostKey];
  if (announced !== undefined && tags()[tag.hostKey] === announced) return;
  const shown = withoutComment(await machine.text(readHostKey()));
  if (shown !== announced) {
    const next = newKeyPair(hostName(settings.name, seen.name));
    await site.cloud.setTags([seen.id], { [tag.nextHostKey]: next.publicKey });
    await site.refresh();
    await machine.text(replaceHostKey(next));
    machine.disconnect();
    // the server is not there for a moment while it takes the key
    await machine.untilReachable(BACK_WITHIN_MS);
    await site.cloud.setTags([seen.id], { [tag.hostKey]: next.publicKey });
  } else await site.cloud.setTags([seen.id], { [tag.hostKey]: announced });
  await site.refresh();
}
