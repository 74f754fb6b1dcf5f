/** One partition that a member may be given. */
export type Assignable = { readonly id: number; readonly topic: string };
export type Subscriber = { readonly topics: ReadonlySet<string> };

/**
 * Gives each partition to one member that reads its topic, evenly: no two members that could swap differ by more than
 * one. What a member has already stays with it unless balance asks for it, so a rebalance interrupts little.
 */
export function assign<M extends Subscriber>(
  members: readonly M[],
  partitions: readonly Assignable[],
  current: ReadonlyMap<number, M>,
): Map<number, M> {
  const owners = new Map<number, M>();
  const load = new Map<M, number>(members.map((member) => [member, 0]));
  const loadOf = (member: M) => load.get(member) ?? 0;
  const give = (id: number, member: M) => {
    const before = owners.get(id);
    if (before) load.set(before, loadOf(before) - 1);
    owners.set(id, member);
    load.set(member, loadOf(member) + 1);
  };
  const readers = (topic: string) => members.filter((member) => member.topics.has(topic));
  const idlest = (topic: string) =>
    readers(topic).reduce<M | undefined>(
      (best, member) => (best && loadOf(best) <= loadOf(member) ? best : member),
      undefined,
    );

  for (const { id, topic } of partitions) {
    const owner = current.get(id);
    if (owner && load.has(owner) && owner.topics.has(topic)) give(id, owner);
  }
  for (const { id, topic } of partitions) {
    const member = owners.has(id) ? undefined : idlest(topic);
    if (member) give(id, member);
  }
  for (let moved = true; moved; ) {
    moved = false;
    for (const { id, topic } of partitions) {
      const owner = owners.get(id);
      const other = idlest(topic);
      if (!owner || !other || loadOf(other) + 1 >= loadOf(owner)) continue;
      give(id, other);
      moved = true;
    }
  }
  return owners;
}
