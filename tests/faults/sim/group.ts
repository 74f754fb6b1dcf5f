import type { RecordBatch } from "../../../src/eventlog/port.ts";
import type { Pipeline } from "../../../src/processor/pipeline.ts";
import type { Partition } from "./traffic.ts";
import type { Host, World } from "./world.ts";

export type Member = Host & { readonly pipeline: Pipeline };
type Claim = { readonly member: Member; readonly abort: AbortController; fenced: boolean; ended: boolean };

export type GroupOptions = {
  /** A deliberately wrong consumer: it commits a batch before it is handled. */
  readonly commitFirst?: boolean;
  readonly newMember: () => Member;
  readonly members?: number;
};

/**
 * A consumer group: one owner per partition, commits by the owner only. It takes partitions away politely (and waits
 * for the running batch), impatiently (and does not), or without a word, which leaves a zombie that works on.
 */
export class Group {
  readonly #claims = new Map<Partition, Claim>();
  readonly #committed = new Map<Partition, number>();
  #members: Member[] = [];

  constructor(
    private readonly world: World,
    private readonly partitions: readonly Partition[],
    private readonly options: GroupOptions,
  ) {}

  /** All partitions are committed to their ends. */
  get finished(): boolean {
    return this.partitions.every((one) => this.committed(one) > (one.records.at(-1)?.offset ?? -1));
  }

  committed(of: Partition): number {
    return this.#committed.get(of) ?? 0;
  }

  /** Gives every partition without an owner to somebody alive, and now and then disturbs the others. */
  tend(): void {
    this.#members = this.#members.filter((member) => !member.dead);
    while (this.#members.length < (this.options.members ?? 2)) this.#members.push(this.options.newMember());
    for (const of of this.partitions) {
      const claim = this.#claims.get(of);
      if (claim === undefined || claim.ended || claim.fenced || claim.member.dead) this.#assign(of);
      else if (this.world.strikes(0.01)) this.#disturb(claim);
    }
  }

  /** Takes every partition from a member without telling it. */
  strand(member: Member): void {
    for (const claim of this.#claims.values()) if (claim.member === member) claim.fenced = true;
    this.#members = this.#members.filter((one) => one !== member);
  }

  #disturb(claim: Claim): void {
    switch (this.world.dice.pick(["polite", "impatient", "zombie", "kill"])) {
      case "polite":
        claim.abort.abort(new Error("revoked"));
        return;
      case "impatient":
        claim.abort.abort(new Error("revoked"));
        claim.fenced = true;
        return;
      case "zombie":
        claim.fenced = true;
        return;
      case "kill":
        claim.member.dead = true;
    }
  }

  #assign(of: Partition): void {
    const member = this.world.dice.pick(this.#members);
    const claim: Claim = { member, abort: new AbortController(), fenced: false, ended: false };
    this.#claims.set(of, claim);
    void this.#serve(of, claim);
  }

  async #serve(of: Partition, claim: Claim): Promise<void> {
    const { member, abort } = claim;
    let position = this.committed(of);
    try {
      while (!abort.signal.aborted) {
        await this.world.turn(member);
        const batch = this.#read(of, position);
        if (batch === undefined) break;
        const next = batch.records.at(-1)!.offset + 1;
        if (this.options.commitFirst) this.#commit(of, claim, next);
        await member.pipeline.handle(batch, abort.signal);
        await this.world.turn(member);
        this.#commit(of, claim, next);
        position = next;
      }
    } catch {
      if (!abort.signal.aborted) member.dead = true;
    }
    claim.ended = true;
  }

  #commit(of: Partition, claim: Claim, offset: number): void {
    if (!claim.fenced) this.#committed.set(of, Math.max(this.committed(of), offset));
    else claim.abort.abort(new Error("no longer a member"));
  }

  #read({ topic, partition, origin, records }: Partition, from: number): RecordBatch | undefined {
    const rest = records.filter((record) => record.offset >= from).slice(0, 1 + this.world.dice.below(6));
    return rest.length === 0
      ? undefined
      : { topic, partition, origin, records: rest, endOffset: records.length };
  }
}
