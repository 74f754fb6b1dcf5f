import { isFields } from "./client/kubeconfig/parse.ts";

/** One field that two forms of an object differ in; a side is absent when the field is. */
export type FieldChange = {
  /** Such as `spec.template.spec.containers[processor].image`. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
};

/** Fields that the server keeps for itself; they differ without anybody having changed something. */
const KEPT_BY_SERVER = new Set(["status"]);
const META_KEPT_BY_SERVER = new Set([
  "managedFields",
  "resourceVersion",
  "generation",
  "uid",
  "creationTimestamp",
]);

/** What an object would have different, field by field, without what the server keeps for itself. */
export function fieldChanges(before: object | undefined, after: object): FieldChange[] {
  const changes: FieldChange[] = [];
  compare("", stripped(before ?? {}), stripped(after), changes);
  return changes;
}

function stripped(object: object): Record<string, unknown> {
  const { metadata, ...rest } = object as Record<string, unknown>;
  const kept = Object.fromEntries(Object.entries(rest).filter(([key]) => !KEPT_BY_SERVER.has(key)));
  const meta = isFields(metadata)
    ? Object.fromEntries(Object.entries(metadata).filter(([key]) => !META_KEPT_BY_SERVER.has(key)))
    : {};
  return { ...kept, metadata: meta };
}

function compare(path: string, before: unknown, after: unknown, changes: FieldChange[]): void {
  if (Bun.deepEquals(before, after)) return;
  if (isFields(before) && isFields(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(joined(path, key), before[key], after[key], changes);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [left, right] = [byKey(before), byKey(after)];
    for (const key of new Set([...left.keys(), ...right.keys()]))
      compare(`${path}[${key}]`, left.get(key), right.get(key), changes);
    return;
  }
  changes.push({
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
}

/** Names with dots or slashes, such as those of labels, are kept apart from the path. */
const joined = (path: string, key: string): string =>
  /^[\w-]+$/.test(key) ? (path === "" ? key : `${path}.${key}`) : `${path}[${key}]`;

/** The items of a list by their name where each has one of its own, else by their place. */
function byKey(list: readonly unknown[]): Map<string, unknown> {
  for (const name of ["name", "containerPort", "port", "type", "key"]) {
    const named = new Map(list.map((item) => [isFields(item) ? String(item[name]) : "", item]));
    if (named.size === list.length && !named.has("") && !named.has("undefined")) return named;
  }
  return new Map(list.map((item, index) => [String(index), item]));
}

/** The values of Secrets as short marks: enough to see which are the same, too little to guess one. */
export function hidden(kind: string, changes: readonly FieldChange[]): FieldChange[] {
  if (kind !== "Secret") return [...changes];
  return changes.map((change) =>
    /^(data|stringData)\b/.test(change.path)
      ? {
          path: change.path,
          ...("before" in change ? { before: mark(change.before) } : {}),
          ...("after" in change ? { after: mark(change.after) } : {}),
        }
      : change,
  );
}

/** Another one in each process, so that a mark says nothing outside its own output. */
const salt = crypto.randomUUID();

const mark = (value: unknown): unknown =>
  isFields(value)
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mark(one)]))
    : `secret #${new Bun.CryptoHasher("sha256", salt).update(String(value)).digest("hex").slice(0, 6)}`;
