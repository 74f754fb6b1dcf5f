import { Secret } from "./secret.ts";
import { text, type ValueType } from "./setting-types.ts";

/** Text that is never printed. */
export const secretText: ValueType<Secret> = {
  schema: text.schema,
  parse: (raw) => {
    const parsed = text.parse(raw);
    return "value" in parsed ? { value: new Secret(parsed.value) } : parsed;
  },
};
