import type { Sample } from "../scrape/exposition.ts";
import { boardFields, type Field, metrics, preferenceOf, type Values } from "./fields.ts";
import { type Identity, identify, type Workload } from "./labels.ts";
import type { Units } from "./units.ts";

/** A physical card as one page shows it. */
export type Card = {
  readonly gpu: string;
  readonly index: number;
  readonly model: string;
  readonly host: string;
  readonly driver: string | undefined;
  /** What belongs to the board and counts once, however it is divided. */
  readonly board: Values;
  /** The MIG instances; of a card that is not divided, the card itself. */
  readonly parts: readonly Part[];
};

export type Part = {
  readonly instance: { readonly id: string; readonly profile: string } | undefined;
  readonly values: Values;
  /** Pods that share the part; several where the device plugin shares it out in time. */
  readonly workloads: readonly Workload[];
};

type Slot = { value: number; preference: number };
type Draft = {
  readonly first: Identity;
  model: string | undefined;
  driver: string | undefined;
  readonly board: Map<Field, Slot>;
  readonly parts: Map<string, PartDraft>;
};
type PartDraft = {
  readonly instance: Part["instance"];
  readonly values: Map<Field, Slot>;
  readonly workloads: Map<string, Workload>;
};

/**
 * The cards of a page, in order of their index. A value that the page repeats, for each MIG instance or for each pod that
 * shares a GPU, is one value. Values that stand for "not supported" are left out.
 */
export function cardsOf(samples: readonly Sample[], units: Units, endpointHost: string): readonly Card[] {
  units.learn(samples);
  const drafts = new Map<string, Draft>();
  for (const sample of samples) {
    const identity = identify(sample.labels, endpointHost);
    if (identity === undefined) continue;
    const draft = draftOf(drafts, identity);
    draft.model ??= identity.model;
    draft.driver ??= identity.driver;
    const part = partOf(draft, identity);
    if (identity.workload) part.workloads.set(JSON.stringify(identity.workload), identity.workload);
    const value = units.valueOf(sample);
    if (value === undefined) continue;
    const { field } = metrics[sample.name]!;
    const preference = preferenceOf(sample.name);
    const board = boardFields.has(field) && !(field === "memTotalBytes" && identity.instance);
    put(board ? draft.board : part.values, field, { value, preference });
  }
  return [...drafts.values()]
    .map((draft) => cardOf(draft, endpointHost))
    .sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.index - b.index));
}

function draftOf(drafts: Map<string, Draft>, identity: Identity): Draft {
  const known = drafts.get(identity.gpu);
  if (known) return known;
  const draft = { first: identity, model: undefined, driver: undefined, board: new Map(), parts: new Map() };
  drafts.set(identity.gpu, draft);
  return draft;
}

function partOf(draft: Draft, { instance }: Identity): PartDraft {
  const key = instance?.id ?? "";
  const known = draft.parts.get(key);
  if (known) return known;
  const part = { instance, values: new Map(), workloads: new Map() };
  draft.parts.set(key, part);
  return part;
}

/** The first sample of the preferred name counts. */
function put(into: Map<Field, Slot>, field: Field, slot: Slot): void {
  const held = into.get(field);
  if (held === undefined || slot.preference < held.preference) into.set(field, slot);
}

function cardOf({ first, model, driver, board, parts }: Draft, endpointHost: string): Card {
  const instances = [...parts.values()].filter((part) => part.instance !== undefined);
  const whole = parts.get("");
  return {
    gpu: first.gpu,
    index: first.index,
    model: model ?? "unknown GPU",
    host: first.host ?? endpointHost,
    driver,
    board: valuesOf(board),
    parts: (instances.length > 0 || whole === undefined ? instances : [whole])
      .map((part) => ({
        instance: part.instance,
        values: valuesOf(part.values),
        workloads: [...part.workloads.values()],
      }))
      .sort((a, b) => Number(a.instance?.id ?? 0) - Number(b.instance?.id ?? 0)),
  };
}

const valuesOf = (slots: ReadonlyMap<Field, Slot>): Values =>
  Object.fromEntries([...slots].map(([field, { value }]) => [field, value]));
